/* All is on the disk: now it is put in its place. */

#include "run_priv.h"

static const char manifest[] = "manifest.json";

static int make_folders(void *ctx, const struct state_file *file, struct err *err)
{
    struct run *r = ctx;

    return tree_mkdirs(&r->tree, file->path, err);
}

static int publish(void *ctx, const struct state_file *file, struct err *err)
{
    struct run *r = ctx;

    return tree_publish(&r->tree, file->id, file->path, err);
}

static int take_away(void *ctx, const struct state_file *file, struct err *err)
{
    struct run *r = ctx;
    int64_t bytes, mtime;

    if (!tree_path_ok(file->path) || !tree_look(&r->tree, file->path, &bytes, &mtime))
        return 0;
    r->report->removed++;
    return tree_remove(&r->tree, file->path, err);
}

int run_publish(struct run *r, struct err *err)
{
    int rc = state_files(r->state, STATE_PENDING, make_folders, r, err);

    if (rc == 0)
        rc = tree_sync(&r->tree, err);
    if (rc == 0)
        rc = state_commit(r->state, err);
    /* From here on the next delivery finds what is missing, and mends it. */
    if (rc == 0)
        rc = state_files(r->state, STATE_PENDING, publish, r, err);
    if (rc == 0)
        rc = state_files(r->state, STATE_GONE, take_away, r, err);
    if (rc == 0)
        rc = tree_publish(&r->tree, 0, manifest, err);
    if (rc == 0)
        rc = state_published(r->state, err);
    return rc ? rc : tree_sync(&r->tree, err);
}
