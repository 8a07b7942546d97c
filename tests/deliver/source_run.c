#include "source_run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odus/base/date.h"
#include "odus/base/mem.h"

static bool keep_proposal(void *ctx, struct json *proposal)
{
    struct source_run *run = ctx;

    json_push_take(run->proposals, proposal);
    return run->stop_after == 0 || (int)json_len(run->proposals) < run->stop_after;
}

static bool keep_refused(void *ctx, const char *place, const struct err *err)
{
    struct source_run *run = ctx;
    struct json *one = json_new_object();

    json_set_text(one, "place", place);
    json_set_text(one, "message", err->id);
    json_push_take(run->refused, one);
    return true;
}

static bool keep_progress(void *ctx, int64_t bytes, int64_t total)
{
    struct source_run *run = ctx;

    if (bytes < run->bytes || bytes > total)
        abort();
    run->bytes = bytes;
    run->total = total;
    return true;
}

void source_run_file(struct source_run *run, const char *file, enum source_kind kind)
{
    struct source_sink sink = {keep_proposal, keep_refused, keep_progress, run};

    run->opt = (struct source_options){
            date_days(2026, 1, 1), date_days(2027, 12, 31), "Europe/Paris"};
    run->proposals = json_new_array();
    run->refused = json_new_array();
    run->rc = source_read(file, kind, &run->opt, &sink, &run->err);
}

char *source_temp(struct view content)
{
    const char *folder = getenv("TMPDIR");
    char *path = xasprintf("%s/source-XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(path);

    if (fd < 0 || write(fd, content.p, content.n) != (ssize_t)content.n)
        abort();
    close(fd);
    return path;
}

void source_run_text(struct source_run *run, struct view content, enum source_kind kind)
{
    char *path = source_temp(content);

    source_run_file(run, path, kind);
    unlink(path);
    free(path);
}

void source_run_release(struct source_run *run)
{
    json_free(run->proposals);
    json_free(run->refused);
    *run = (struct source_run){0};
}

const struct json *source_run_at(const struct source_run *run, size_t i)
{
    const struct json *proposal = json_at(run->proposals, i);

    if (!proposal)
        abort();
    return proposal;
}

const char *source_text_at(const struct json *value, const char *path)
{
    struct view rest = view_of(path), part;

    while (view_next(&rest, '.', &part)) {
        char *name = view_dup(part);
        long long i;

        value = view_int(part, &i) ? json_at(value, (size_t)i) : json_get(value, name);
        free(name);
    }
    return json_as_text(value) ? json_as_text(value) : "";
}

char *source_notes(const struct json *proposal)
{
    const struct json *notes = json_get(proposal, "notes");
    struct buf text;

    buf_init(&text, 0);
    for (size_t i = 0; i < json_len(notes); i++)
        buf_addf(&text, "%s%s:%s", i ? " " : "",
                json_get_text(json_at(notes, i), "kind"),
                json_get_text(json_at(notes, i), "field"));
    return buf_take(&text);
}
