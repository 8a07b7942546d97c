#ifndef ODUS_PUSH_PUSH_H
#define ODUS_PUSH_PUSH_H

/**
 * odus-push: reads a job from IN, does it, writes events to OUT (docs/workers.md).
 * Returns the exit status. Jobs: `push` (records to another agenda through its writing
 * interface) and `push-key` (keeps the key for that).
 */
int push_work(int in, int out);

#endif
