#ifndef ODUS_FORM_ENGINE_PRIV_H
#define ODUS_FORM_ENGINE_PRIV_H

#include "odus/db/sandbox.h"
#include "odus/form/engine.h"

/**
 * What has to be worked out, in the order in which it is: relevance and calculations in
 * the order of what they read, then checks and rules, which nothing reads.
 */
enum node_kind {
    NODE_SECTION, /* relevance of a section */
    NODE_TABLE,   /* relevance of a group or repeat */
    NODE_FIELD,   /* whether a field is hidden, by its own, its table's, its section's
                     relevance */
    NODE_CALC,    /* a calculated value */
    NODE_CHECK,   /* built-in checks of a field */
    NODE_ROWS,    /* number of rows of a repeat */
    NODE_RULE,
};

enum { NODE_CLEAN = -2, NODE_ALL = -1 }; /* else: only this row is to be worked out */

/** Built-in findings about one value. */
enum finding {
    FOUND_NOTHING,
    FOUND_BLANK,
    FOUND_TYPE,
    FOUND_SHORT,
    FOUND_LONG,
    FOUND_SMALL,
    FOUND_LARGE,
    FOUND_FEW,
    FOUND_MANY,
    FOUND_CHOICE,   /* not in the list */
    FOUND_FILTERED, /* in the list, but not open now (P32) */
    FOUND_NO_RECORD,
    FOUND_ROWS_FEW,
    FOUND_ROWS_MANY,
};

/** Result for one row of a check or a rule. */
struct outcome {
    uint8_t finding;  /* enum finding; for rules 1 where violated */
    uint8_t required; /* a blank here would block */
};

struct node {
    enum node_kind kind;
    int target; /* index of section, table, field or rule */
    int table;  /* repeat over whose rows it runs, or 0 */
    bool whole; /* reads its own repeat beyond the row: any change there re-runs all
                   rows */
    int dirty;
    struct outcome *rows; /* NODE_CHECK, NODE_ROWS, NODE_RULE */
    int nrows, cap;
    int bad; /* rows with a finding */
};

/** Indexes of nodes, in ascending order once sorted. */
struct node_set {
    int *at;
    size_t n, cap;
};

/** A column of a table as expressions see it. */
struct column {
    int field, lang;
};

enum { COLUMN_POS = -1, COLUMN_ID = -2 };

struct engine_table {
    struct engine *engine;
    int table;
    struct column *columns;
    size_t ncolumns;
};

enum { LIST_FOUND = 16 };

struct engine_list {
    struct engine *engine;
    const struct form_list *list;
    char *found[LIST_FOUND]; /* codes of a list with a file that SQL looks at just now
                              */
    size_t next;
};

/** A message with expressions in braces, cut up. */
struct template_part {
    char *text;             /* literal, or NULL */
    struct sandbox_expr *x; /* expression, or NULL */
};
struct template
{
    struct template_part *parts;
    size_t n, cap;
};

/** What a blank inherits, worked out once until something changes. */
struct inherited {
    unsigned stamp;
    char *text; /* NULL for nothing */
};

/** Of one field: of each row the languages side by side. */
struct inheritance {
    struct inherited *memos;
    size_t n, cap;
};

struct engine {
    const struct form *form;
    struct engine_hooks hooks;
    engine_lookup_fn *lookup; /* of the hooks; tests bring their own */
    void *lookup_ctx;
    struct sandbox *sb;
    struct sandbox_expr **compiled; /* by expression index; see engine_expr */
    bool complete;                  /* all of them are, and the nodes are there */
    struct engine_table *tables;    /* by table index */
    struct engine_list *lists;
    struct template (*messages)[FORM_LANGS]; /* by rule */
    void *lookup_functions; /* contexts of the functions over other records */

    struct node *nodes;
    size_t nnodes, cap_nodes;
    struct node_set *field_readers; /* by field: nodes that read its value */
    struct node_set *table_readers; /* by table: nodes that read its rows */

    struct rec *rec;
    struct rec *blank; /* read while nothing is attached */
    bool *section_hidden;
    bool *table_hidden;
    int64_t row;      /* current_row() of filters, from 1 */
    bool inheriting;  /* inside the value a blank inherits */
    int inherit_lang; /* its language: multilingual texts are read in this one */
    struct inheritance *inherited; /* by field */
    unsigned stamp;                /* grows with every change of a value */
    const char *input;             /* `value` of normalise */
    const char *choice;            /* uid under a ref's filter */
    int32_t today;                 /* of a test; DATE_NONE outside */

    struct issue *issues;
    size_t nissues, cap_issues;
    char **texts; /* owned by the issues */
    size_t ntexts, cap_texts;
    struct issue_counts counts;
    bool stale; /* issues must be listed again */
};

/** True where EXPR is a bare "1": no need to ask SQL. */
bool expr_is_one(const struct form *form, int expr);

/** Whether NAME stands in SRC as a word of its own. */
bool expr_names(struct view src, const char *name);

/* engine_tables.c */
int engine_add_tables(struct engine *en, struct err *err);
/** Place (from 1) under which CODE of list LIST can be read; 0 when there is none. */
int64_t engine_list_pos(struct engine_list *list, const char *code);

struct engine_function {
    const char *name;
    int nargs;
    db_function_fn *fn; /* its context is the engine */
};

/* engine_dates.c; NULL name at the end */
extern const struct engine_function engine_date_functions[];
int32_t engine_today(const struct engine *en);

/* engine_functions.c */
int engine_add_functions(struct engine *en, struct err *err);
/** Names of functions that may stand in `default` only; NULL at the end. */
extern const char *const engine_default_only[];
const char *const *engine_function_names(void);

/* engine_compile.c */
void engine_compile(struct engine *en, struct problems *problems);
/** Expression EXPR, compiled now where it was not; NULL for 0, "1" and wrong ones. */
struct sandbox_expr *engine_expr(struct engine *en, int expr);

/* engine_graph.c */
void engine_build_nodes(struct engine *en, struct problems *problems);
void node_set_add(struct node_set *set, int node);
void engine_free_nodes(struct engine *en);

/* engine_run.c */
/** -1 NULL or failed, 0 false, 1 true. */
int engine_truth(struct engine *en, int expr, int row);
void engine_touch_field(struct engine *en, int field, int row);
void engine_run(struct engine *en);

/* engine_check.c */
struct outcome engine_check_field(struct engine *en, int field, int row);
bool engine_blank(const struct engine *en, int field, int row);

/* engine_issues.c */
void engine_list_issues(struct engine *en);
void engine_clear_issues(struct engine *en);
void template_compile(struct engine *en, const struct form_rule *rule, int lang,
        struct problems *problems);
void template_release(struct template *t);

/** Compiles SRC as expression of the given context; used for messages too. */
struct sandbox_expr *engine_compile_text(struct engine *en,
        const struct form_expr *where, struct view src, const char *inner,
        struct problems *problems);

#endif
