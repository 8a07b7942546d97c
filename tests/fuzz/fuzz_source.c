/* Reads any bytes as a foreign agenda, its kind by the first byte, and holds what comes
 * to the contract of proposals. */
#include <stdint.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "odus/base/date.h"
#include "odus/base/hash.h"
#include "odus/base/moment.h"
#include "odus/deliver/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool ok)
{
    if (!ok)
        abort();
}

static void check_row(const struct json *row, const struct source_options *opt)
{
    struct moment m;

    check(uuid_valid(json_as_view(json_get(row, "id"))));
    check(json_get_text(row, "statut") != NULL);
    check(moment_parse(json_as_view(json_get(row, "debut")), NULL, &m, NULL) == 0);
    check(m.days >= opt->from && m.days <= opt->until);
    if (json_get(row, "fin"))
        check(moment_parse(json_as_view(json_get(row, "fin")), NULL, &m, NULL) == 0);
}

static void check_note(const struct json *note)
{
    static const char *const kinds[] = {"changed", "guessed", "cut", "lost"};
    const char *kind = json_get_text(note, "kind");
    bool known = false;

    for (size_t i = 0; i < 4; i++)
        known |= kind && strcmp(kind, kinds[i]) == 0;
    check(known && json_get_text(note, "field") && json_get_text(note, "message"));
}

static void check_left(const struct json *left)
{
    size_t bytes = 0;

    for (struct json_iter it = {0}; json_iter(left, &it);)
        bytes += strlen(it.key) + json_as_view(it.val).n;
    /* Characters that are none have grown. */
    check(bytes <= 4 * 16 * 1024);
}

static bool take(void *ctx, struct json *proposal)
{
    const struct source_options *opt = ctx;
    const struct json *rows = json_get(json_get(proposal, "body"), "seances");
    const struct json *notes = json_get(proposal, "notes");

    check(json_len(rows) >= 1 && json_len(rows) <= SOURCE_OCCURRENCES_MAX);
    for (size_t i = 0; i < json_len(rows); i++)
        check_row(json_at(rows, i), opt);
    for (size_t i = 0; i < json_len(notes); i++)
        check_note(json_at(notes, i));
    check_left(json_get(proposal, "left"));
    check(json_get_text(json_get(proposal, "source"), "systeme") != NULL);
    check(json_get_text(json_get(proposal, "source"), "place") != NULL);
    json_free(proposal);
    return true;
}

static bool refuse(void *ctx, const char *place, const struct err *err)
{
    (void)ctx;
    check(*place && err->id && err->code < 0);
    return true;
}

static bool go_on(void *ctx, int64_t bytes, int64_t total)
{
    (void)ctx;
    check(bytes >= 0 && bytes <= total);
    return true;
}

static void read_all(const char *path, enum source_kind kind)
{
    struct source_options opt = {
            date_days(2026, 1, 1), date_days(2027, 12, 31), "Europe/Paris"};
    struct source_sink sink = {take, refuse, go_on, &opt};
    struct err err = {0};
    int rc = source_read(path, kind, &opt, &sink, &err);

    check(rc == 0 || err.id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const enum source_kind kinds[] = {
            SOURCE_ICS, SOURCE_OPENAGENDA, SOURCE_JSONLD};
    enum source_kind found;
    char path[64];
    int fd;

    if (size == 0)
        return 0;
    fd = memfd_create("source", MFD_CLOEXEC);
    check(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)(size - 1));
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    check(source_detect(path, &found, NULL) == 0);
    read_all(path, kinds[data[0] % 3]);
    close(fd);
    return 0;
}
