#ifndef ODUS_SERVE_WORK_H
#define ODUS_SERVE_WORK_H

/**
 * The whole of odus-serve: reads its job, one line of JSON, from IN; says what happens
 * in lines of JSON on OUT (base/lines.h). Jobs and events: docs/workers.md. Ends at
 * the end of IN, {"stop":true}, SIGTERM or SIGINT, once the answers on their way are
 * out. Returns the exit status: 0, 2 wrong job, 3 store unusable, 4 network.
 */
int serve_work(int in, int out);

#endif
