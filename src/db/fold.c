#include "odus/db/fold.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"
#include "priv.h"

enum { FOLD_ARGS = 16 /* words after "fold" that are handed on */ };

struct folder {
    fts5_tokenizer inner; /* unicode61 */
    Fts5Tokenizer *instance;
};

/* Where unicode61 delivers its tokens: the real receiver and room for one token. */
struct relay {
    void *ctx;
    int (*token)(void *ctx, int flags, const char *text, int n, int start, int end);
    struct buf folded;
};

static void folder_free(Fts5Tokenizer *self)
{
    struct folder *f = (struct folder *)self;

    if (f->instance)
        f->inner.xDelete(f->instance);
    free(f);
}

static int folder_new(void *ctx, const char **words, int n, Fts5Tokenizer **ret)
{
    const char *args[FOLD_ARGS + 2] = {"remove_diacritics", "2"};
    fts5_api *api = ctx;
    struct folder *f;
    void *inner_ctx;
    int rc;

    if (n > FOLD_ARGS)
        return SQLITE_ERROR;
    if (n)
        memcpy(args + 2, words, (size_t)n * sizeof(*words));
    f = xcalloc(1, sizeof(*f));
    rc = api->xFindTokenizer(api, "unicode61", &inner_ctx, &f->inner);
    if (rc == SQLITE_OK)
        rc = f->inner.xCreate(inner_ctx, args, n + 2, &f->instance);
    if (rc == SQLITE_OK)
        *ret = (Fts5Tokenizer *)f;
    else
        folder_free((Fts5Tokenizer *)f);
    return rc;
}

/* œ, æ and ǽ: one letter that people also type as two. */
static const struct ligature {
    char bytes[3]; /* UTF-8; unicode61 has made them lower case */
    const char *letters;
} ligatures[] = {{"\xC5\x93", "oe"}, {"\xC3\xA6", "ae"}, {"\xC7\xBD", "ae"}};

static const char *letters_for(const char *text, size_t n)
{
    for (size_t i = 0; n >= 2 && i < COUNT(ligatures); i++)
        if (memcmp(text, ligatures[i].bytes, 2) == 0)
            return ligatures[i].letters;
    return NULL;
}

static void fold_ligatures(const char *text, size_t n, struct buf *out)
{
    for (size_t i = 0; i < n; i++) {
        const char *letters = letters_for(text + i, n - i);

        if (letters) {
            buf_adds(out, letters);
            i++;
        } else {
            buf_addc(out, text[i]);
        }
    }
}

/* Most tokens are plain ASCII. */
static bool is_ascii(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] >= 0x80)
            return false;
    return true;
}

/* START and END stay those of the original text, so that highlight() is right. */
static int relay_token(
        void *ctx, int flags, const char *text, int n, int start, int end)
{
    struct relay *r = ctx;

    if (is_ascii(text, (size_t)n))
        return r->token(r->ctx, flags, text, n, start, end);
    buf_clear(&r->folded);
    fold_ligatures(text, (size_t)n, &r->folded);
    return r->token(r->ctx, flags, r->folded.s, (int)r->folded.len, start, end);
}

static int folder_tokenize(Fts5Tokenizer *self, void *ctx, int flags, const char *text,
        int n, int (*token)(void *, int, const char *, int, int, int))
{
    struct folder *f = (struct folder *)self;
    struct relay r = {ctx, token, {0}};
    int rc;

    buf_init(&r.folded, 0);
    rc = f->inner.xTokenize(f->instance, &r, flags, text, n, relay_token);
    buf_release(&r.folded);
    return rc;
}

/* FTS5 hands its interface out through a pointer parameter of the function fts5(). */
static fts5_api *find_api(sqlite3 *h)
{
    fts5_api *api = NULL;
    sqlite3_stmt *st = NULL;

    if (sqlite3_prepare_v2(h, "select fts5(?1)", -1, &st, NULL) == SQLITE_OK) {
        sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
        sqlite3_step(st);
    }
    sqlite3_finalize(st);
    return api;
}

int db_register_folding(struct db *db, struct err *e)
{
    fts5_tokenizer folder = {folder_new, folder_free, folder_tokenize};
    fts5_api *api = find_api(db->handle);

    if (!api || api->xCreateTokenizer(api, "fold", api, &folder, NULL) != SQLITE_OK)
        return err_set(e, ERR_IO,
                N_("this system's SQLite has no full-text search (FTS5); install one "
                   "that has"));
    return 0;
}
