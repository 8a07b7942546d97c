/* odus-push: works for odus over its pipes. */
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "odus/push/push.h"

enum { NICE = 5 };

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* keys stay in memory */
    setpriority(PRIO_PROCESS, 0, NICE);          /* the screen goes before */
    return push_work(STDIN_FILENO, STDOUT_FILENO);
}
