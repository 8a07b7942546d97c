#ifndef ODUS_SYNC_WORKER_H
#define ODUS_SYNC_WORKER_H

/**
 * odus-sync: reads a job from IN, does it, writes events to OUT (docs/workers.md).
 * Returns the exit status: 0, 1 problems in the data, 2 usage, 3 store, 4 network.
 */
int sync_work(int in, int out);

#endif
