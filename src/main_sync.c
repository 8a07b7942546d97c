/* odus-sync: works for odus over its pipes. */
#include <signal.h>
#include <unistd.h>

#include "odus/sync/worker.h"

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    return sync_work(STDIN_FILENO, STDOUT_FILENO);
}
