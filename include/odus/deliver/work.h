#ifndef ODUS_DELIVER_WORK_H
#define ODUS_DELIVER_WORK_H

#include "odus/base/work.h"

/**
 * odus-deliver: reads a job from IN, does it, writes events to OUT (docs/workers.md).
 * Returns the exit status. Jobs: `deliver`, `deliver-check`, `deliver-one` (the store
 * into formats) and `import` (a foreign agenda into proposals).
 */
int deliver_work(int in, int out);

/**
 * Job `import`: W->job has `file`, `kind` (a name of source.h; missing: found out by
 * source_detect), `from` and `until` (days "2026-12-05"; missing: as the program
 * thinks), `zone`. No store is opened. Events: `proposal` (`proposal`: as in source.h),
 * `refused` (`place` and the error's members as lines_set_err writes them), `progress`
 * (`done` `total`, bytes, at most 10 a second), `error`, and last `done` (`kind`
 * `proposals` `refused`). Stops when work_go_on says so. Returns the exit status.
 */
int source_work(struct work *w) ATTR_NONNULL_ALL;

#endif
