/* odus-serve: started by odus, which tells it what to do on standard input. */
#include <unistd.h>

#include "odus/serve/work.h"

int main(void)
{
    return serve_work(STDIN_FILENO, STDOUT_FILENO);
}
