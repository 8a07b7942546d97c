#include "sandbox_priv.h"

#include <string.h>

/* How SQLite words its refusals, and how we do. %s of SQLite becomes %1$s. */
static const struct wording {
    const char *before, *after; /* round the name in SQLite's sentence */
    int code;
    const char *id;
    int kind; /* enum sandbox_name, or -1 */
} wordings[] = {
        {"no such column: ", "", ERR_INVALID, N_("no such column: %1$s"),
                SANDBOX_COLUMN},
        {"no such function: ", "", ERR_INVALID, N_("no such function: %1$s"),
                SANDBOX_FUNCTION},
        {"no such table: ", "", ERR_INVALID, N_("no such table: %1$s"), SANDBOX_TABLE},
        {"ambiguous column name: ", "", ERR_INVALID,
                N_("%1$s exists in several tables; write the table's name before it"),
                -1},
        {"wrong number of arguments to function ", "", ERR_INVALID,
                N_("wrong number of arguments: %1$s"), -1},
        {"near \"", "\": syntax error", ERR_INVALID, N_("not expected here: %1$s"), -1},
        {"unrecognized token: \"", "\"", ERR_INVALID, N_("not understood: %1$s"), -1},
        {"misuse of aggregate", "", ERR_INVALID,
                N_("sum, count and the like need a query of their own here"), -1},
        {"Expression tree is too large", "", ERR_LIMIT,
                N_("the expression has too many parts inside one another"), -1},
        {"parser stack overflow", "", ERR_LIMIT,
                N_("the expression has too many parts inside one another"), -1},
};

static const char *const refused_ids[] = {
        [SANDBOX_COLUMN] = N_("%1$s cannot be used in an expression"),
        [SANDBOX_TABLE] = N_("the table %1$s cannot be used in an expression"),
        [SANDBOX_FUNCTION] = N_("the function %1$s cannot be used in an expression"),
};

const char *sandbox_unknown(const struct err *e, enum sandbox_name *ret_kind)
{
    int kind = -1;

    for (size_t i = 0; e->id && i < COUNT(wordings); i++)
        if (wordings[i].id == e->id)
            kind = wordings[i].kind;
    for (size_t i = 0; e->id && i < COUNT(refused_ids); i++)
        if (refused_ids[i] == e->id)
            kind = (int)i;
    if (kind < 0)
        return NULL;
    if (ret_kind)
        *ret_kind = (enum sandbox_name)kind;
    return e->args[0];
}

/* The name inside SQLite's SENTENCE when it has the form of W. */
static bool match(const struct wording *w, const char *sentence, struct view *ret_name)
{
    size_t before = strlen(w->before), after = strlen(w->after), n = strlen(sentence);

    if (n < before + after || strncmp(sentence, w->before, before) != 0)
        return false;
    if (strcmp(sentence + n - after, w->after) != 0)
        return false;
    *ret_name = (struct view){sentence + before, n - before - after};
    return true;
}

static int reword(sqlite3 *h, int rc, struct err *e)
{
    const char *sentence = sqlite3_errmsg(h);
    char name[ERR_ARG_MAX];
    struct view v;

    for (size_t i = 0; i < COUNT(wordings); i++) {
        if (!match(&wordings[i], sentence, &v))
            continue;
        v.n = v.n < sizeof(name) ? v.n : sizeof(name) - 1;
        memcpy(name, v.p, v.n);
        name[v.n] = '\0';
        return err_set(e, wordings[i].code, wordings[i].id, name);
    }
    return err_set(e, (rc & 0xff) == SQLITE_TOOBIG ? ERR_LIMIT : ERR_INVALID,
            N_("the expression is not understood: %1$s"), sentence);
}

int sandbox_explain(
        struct sandbox *sb, int rc, struct view expr, size_t prefix_len, struct err *e)
{
    sqlite3 *h = sb->db->handle;
    int offset = sqlite3_error_offset(h);
    size_t at = offset >= 0 && (size_t)offset > prefix_len ? (size_t)offset - prefix_len
                                                           : 0;
    int code;

    if (sb->refused[0])
        code = err_set(e, ERR_INVALID, refused_ids[sb->refused_kind], sb->refused);
    else if (offset >= 0 && at >= expr.n)
        code = err_set(e, ERR_INVALID, N_("the expression ends too early"));
    else
        code = reword(h, rc, e);
    if (e && offset >= 0)
        e->column = sandbox_column(expr, at);
    return code;
}
