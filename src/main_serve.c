/* odus-serve: started by odus, which tells it what to do on standard input. */
#include <sys/resource.h>
#include <unistd.h>

#include "odus/serve/work.h"

int main(void)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0}); /* passwords stay in memory */
    return serve_work(STDIN_FILENO, STDOUT_FILENO);
}
