/* What formats make, kept to be looked at. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "desk_priv.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/store/record.h"

struct numbered {
    struct desk_piece piece; /* first */
    size_t turn;
};

static struct numbered *made;
static struct desk_piece *sorted; /* NULL: not yet */
static size_t nmade, made_cap;
static struct desk_note *notes;
static size_t nnotes, notes_cap;
static char **files;
static size_t nfiles, files_cap;

/* --- catching --------------------------------------------------------------------- */

static const struct numbered *find(const char *path, const char *key)
{
    for (size_t i = 0; i < nmade; i++) {
        const struct desk_piece *p = &made[i].piece;

        if (strcmp(p->path, path) == 0 && (!key) == (!p->key) &&
                (!key || strcmp(p->key, key) == 0))
            return &made[i];
    }
    return NULL;
}

static void check_path(const char *path)
{
    assert_true(*path && *path != '/' && *path != '.');
    assert_null(strstr(path, "/."));
    assert_null(strstr(path, "//"));
    for (const char *c = path; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                    "0123456789-_./",
                    *c))
            fail_msg("a path with other characters: %s", path);
}

static void put(void *ctx, const struct piece *piece)
{
    const struct numbered *same = find(piece->path, piece->key);

    (void)ctx;
    check_path(piece->path);
    if (same) {
        /* twice under one key: only what is shared, and then the same */
        if (!piece->shared || !same->piece.shared ||
                !view_eq(piece->text, (struct view){same->piece.text, same->piece.len}))
            fail_msg("twice, or not the same: %s at %s", piece->path,
                    piece->key ? piece->key : "(a file)");
        return;
    }
    free(sorted);
    sorted = NULL;
    made = mem_grow(made, nmade, &made_cap, sizeof(*made));
    made[nmade] = (struct numbered){.turn = nmade,
            .piece = {.path = xstrdup(piece->path),
                    .label = xstrdup(piece->label),
                    .key = xstrdup(piece->key),
                    .shared = piece->shared,
                    .text = view_dup(piece->text),
                    .len = piece->text.n}};
    nmade++;
}

static void take_note(void *ctx, const struct note *note)
{
    (void)ctx;
    notes = mem_grow(notes, nnotes, &notes_cap, sizeof(*notes));
    notes[nnotes++] = (struct desk_note){
            .kind = note->kind,
            .field = xstrdup(note->field),
            .message = xstrdup(note->message),
            .args = {xstrdup(note->args[0]), xstrdup(note->args[1])},
    };
}

void desk_clear(void)
{
    for (size_t i = 0; i < nmade; i++) {
        free(made[i].piece.path);
        free(made[i].piece.label);
        free(made[i].piece.key);
        free(made[i].piece.text);
    }
    for (size_t i = 0; i < nnotes; i++) {
        free(notes[i].field);
        free(notes[i].message);
        free(notes[i].args[0]);
        free(notes[i].args[1]);
    }
    for (size_t i = 0; i < nfiles; i++)
        free(files[i]);
    free(made);
    free(sorted);
    free(notes);
    free(files);
    made = NULL;
    sorted = NULL;
    notes = NULL;
    files = NULL;
    nmade = made_cap = nnotes = notes_cap = nfiles = files_cap = 0;
}

/* --- making ----------------------------------------------------------------------- */

static struct outlet outlet = {.put = put, .note = take_note};

static void drop(void *ctx, const struct piece *piece)
{
    (void)ctx, (void)piece;
}

static void drop_note(void *ctx, const struct note *note)
{
    (void)ctx, (void)note;
}

struct outlet desk_outlet(void)
{
    return (struct outlet){.put = drop, .note = drop_note};
}

void desk_make(const struct format *format, int n)
{
    format->make(&desk_delivery, desk_notice(n), &outlet);
}

static bool takes(const struct format *format, const struct notice *n)
{
    if (n->gone && !format->gone)
        return false;
    for (const char *const *type = format->types; *type; type++)
        if (strcmp(*type, "*") == 0 || strcmp(*type, n->type) == 0)
            return true;
    return false;
}

static bool make_one(void *ctx, const char *uid)
{
    const struct format *format = ctx;
    struct notice *n = NULL;
    struct err err = {0};
    int rc = notice_open(desk_gate, uid, &n, &err);

    if (rc == ERR_NOT_FOUND)
        return true;
    desk_ok(rc, &err);
    if (takes(format, n))
        format->make(&desk_delivery, n, &outlet);
    notice_free(n);
    return true;
}

void desk_make_all(const struct format *format)
{
    struct err err = {0};

    desk_ok(record_each(desk_store, NULL, make_one, (void *)format, &err), &err);
    if (format->fixed)
        format->fixed(&desk_delivery, &outlet);
}

/* --- looking ---------------------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const struct numbered *x = a, *y = b;
    int order = strcmp(x->piece.path, y->piece.path);

    if (order == 0 && x->piece.key && y->piece.key)
        order = strcmp(x->piece.key, y->piece.key);
    return order ? order : (x->turn > y->turn) - (x->turn < y->turn);
}

const struct desk_piece *desk_pieces(size_t *ret_n)
{
    if (!sorted) {
        sorted = xcalloc(nmade + 1, sizeof(*sorted));
        if (nmade)
            qsort(made, nmade, sizeof(*made), by_place);
        for (size_t i = 0; i < nmade; i++)
            sorted[i] = made[i].piece;
    }
    *ret_n = nmade;
    return sorted;
}

const char *desk_text(const char *path, const char *key)
{
    const struct numbered *n = find(path, key);

    return n ? n->piece.text : NULL;
}

const struct desk_note *desk_notes(size_t *ret_n)
{
    *ret_n = nnotes;
    return notes;
}

bool desk_noted(enum note_kind kind, const char *field)
{
    for (size_t i = 0; i < nnotes; i++)
        if (notes[i].kind == kind &&
                (!field || (notes[i].field && strcmp(notes[i].field, field) == 0)))
            return true;
    return false;
}

/* --- files ------------------------------------------------------------------------ */

/* The pieces of PATH, as many as FORMAT takes. */
static struct collection collection_of(
        const struct format *format, const char *path, const struct desk_piece **ret)
{
    size_t n, from = 0;
    const struct desk_piece *all = desk_pieces(&n);
    struct collection c = {.path = path, .label = ""};

    while (from < n && strcmp(all[from].path, path) != 0)
        from++;
    *ret = &all[from];
    for (size_t i = from; i < n && strcmp(all[i].path, path) == 0; i++) {
        if (format->limit && c.pieces == format->limit)
            break;
        if (all[i].label)
            c.label = all[i].label;
        c.last_key = all[i].key;
        c.pieces++;
    }
    c.first_key = all[from].key;
    return c;
}

static void write_file(const struct format *format, const struct collection *c,
        const struct desk_piece *pieces, struct buf *out)
{
    bool whole = !pieces->key;

    if (!whole && format->head)
        format->head(&desk_delivery, c, out);
    for (int64_t i = 0; i < c->pieces; i++) {
        if (i && !whole && format->between)
            buf_adds(out, format->between);
        buf_add(out, pieces[i].text, pieces[i].len);
    }
    if (!whole && format->foot)
        format->foot(&desk_delivery, c, out);
}

const char *desk_file(const struct format *format, const char *path)
{
    const struct desk_piece *pieces;
    struct collection c = collection_of(format, path, &pieces);
    struct buf out;

    if (!c.pieces)
        return NULL;
    buf_init(&out, 0);
    write_file(format, &c, pieces, &out);
    assert_false(out.full);
    files = mem_grow(files, nfiles, &files_cap, sizeof(*files));
    files[nfiles] = buf_take(&out);
    return files[nfiles++];
}

void desk_write(const struct format *format, const char *folder)
{
    size_t n;
    const struct desk_piece *all = desk_pieces(&n);
    struct err err = {0};

    for (size_t i = 0; i < n; i++) {
        char *path = file_join(desk_path(folder), all[i].path);
        char *slash = strrchr(path, '/');

        if (i == 0 || strcmp(all[i].path, all[i - 1].path) != 0) {
            *slash = '\0';
            desk_ok(file_mkdirs(path, 0700, &err), &err);
            *slash = '/';
            desk_ok(file_write_atomic(
                            path, view_of(desk_file(format, all[i].path)), 0600, &err),
                    &err);
        }
        free(path);
    }
}

int desk_validate(const char *what, const char *path)
{
    const char *argv[] = {"tests/validators/check", what, desk_path(path), NULL};
    posix_spawn_file_actions_t to_log;
    int status = -1;
    pid_t pid;

    posix_spawn_file_actions_init(&to_log);
    posix_spawn_file_actions_adddup2(&to_log, STDERR_FILENO, STDOUT_FILENO);
    assert_int_equal(
            posix_spawn(&pid, argv[0], &to_log, NULL, (char *const *)argv, environ), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    posix_spawn_file_actions_destroy(&to_log);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
