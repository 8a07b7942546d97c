/* odus-deliver: works for odus over its pipes. */
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "odus/deliver/work.h"

enum { NICE = 5 };

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    setpriority(PRIO_PROCESS, 0, NICE); /* the screen goes before */
    return deliver_work(STDIN_FILENO, STDOUT_FILENO);
}
