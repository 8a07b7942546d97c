/* odus-serve: started by odus, which tells it what to do on standard input. */
#include <unistd.h>

#include "odus/serve/worker.h"

int main(void)
{
    return worker_run(STDIN_FILENO, STDOUT_FILENO);
}
