#ifndef ODUS_FORM_PARSE_PRIV_H
#define ODUS_FORM_PARSE_PRIV_H

#include "odus/form/parse.h"

#include "ini.h"

/**
 * Reading a form, shared by the parse*.c files. Blocks are read in the order of the
 * file; what may name something that comes further down (lists, fields of rules…) is
 * kept as `late` and looked at when everything is there. A mistake is reported and
 * reading goes on, so that one run shows them all.
 */

enum { PARSE_FILES_MAX = 20, PARSE_WORDS_MAX = 200 };

struct parse;

/** Looks at KEY when all blocks are read. INDEX is what parse_later was given. */
typedef void (*parse_late_fn)(struct parse *p, const struct ini_key *key, int index);

struct parse_late {
    parse_late_fn fn;
    const struct ini_key *key;
    int index;
};

struct parse_caps {
    size_t sections, tables, fields, items, lists, rules, tests, exprs;
};

struct parse {
    struct form *form;
    struct problems *problems;
    form_source_fn source;
    void *source_ctx;
    bool untested;                     /* [test] blocks are passed over */
    int bad;                           /* problems found */
    struct ini files[PARSE_FILES_MAX]; /* [0] is the form's own */
    struct buf texts[PARSE_FILES_MAX]; /* of fragments */
    bool taking[PARSE_FILES_MAX];      /* its `use` is being followed */
    size_t nfiles;
    struct ini *file; /* the one being read */
    int section;      /* the last one, or -1 */
    unsigned full;    /* limits already reported, by enum parse_limit */
    struct parse_late *late;
    size_t nlate, late_cap;
    const char **candidates; /* of the last guess */
    size_t ncandidates, candidates_cap;
    struct parse_caps cap;
};

/* --- problems: WHERE is the byte of the file to point at ------------------------- */

void parse_bad(struct parse *p, const char *where, const char *id) ATTR_NONNULL_ALL;
void parse_bad1(struct parse *p, const char *where, const char *id, struct view arg)
        ATTR_NONNULL(1, 2, 3);
void parse_bad2(struct parse *p, const char *where, const char *id, struct view a,
        struct view b) ATTR_NONNULL(1, 2, 3);

/** "Did you mean": the candidate nearest to a word, if any is near. */
struct parse_guess {
    struct parse *p;
    struct view word;
};
/** Starts one, which ends the one before. Candidates are kept, and compared only when
 * the word turns out to be unknown: most are known. */
struct parse_guess parse_guess(struct parse *p, struct view word) ATTR_NONNULL_ALL;
void parse_guess_try(struct parse_guess *g, const char *candidate) ATTR_NONNULL_ALL;

/** Reports G->word as unknown: ID with %1$s, or ID_GUESS with the guess as %2$s. */
void parse_unknown(struct parse *p, const struct parse_guess *g, const char *id,
        const char *id_guess) ATTR_NONNULL_ALL;

enum parse_limit {
    LIMIT_SECTIONS,
    LIMIT_TABLES,
    LIMIT_FIELDS,
    LIMIT_LISTS,
    LIMIT_ENTRIES,
    LIMIT_RULES,
    LIMIT_TESTS,
    LIMIT_TEST_ITEMS,
};

/** Line and column (from 1) of a byte of any of the files. */
void parse_place(struct parse *p, const char *where, int *ret_line,
        int *ret_column) ATTR_NONNULL_ALL;

/** True when N things are below the limit; else reports it at WHERE, once. */
bool parse_room(struct parse *p, const char *where, enum parse_limit what,
        size_t n) ATTR_NONNULL_ALL;

/* --- names ------------------------------------------------------------------------ */

/** A name of docs/forms.md §1; reports what is wrong with it. */
bool parse_name_ok(struct parse *p, struct view name) ATTR_NONNULL_ALL;

/** As parse_name_ok, but may hold capitals, `-` and `.`: rules and codes. */
bool parse_id_ok(struct parse *p, struct view id) ATTR_NONNULL_ALL;

/** 2 or 3 lower-case letters. */
bool parse_is_lang(struct view lang) ATTR_PURE;

/** Index into form->langs, or -1. The empty view is the first language. */
int parse_lang(const struct parse *p, struct view lang) ATTR_PURE ATTR_NONNULL_ALL;

/* --- keys of a block -------------------------------------------------------------- */

enum parse_kind {
    KEY_TEXT,   /* struct form_text; may have [language] */
    KEY_EXPR,   /* int: index of the expression */
    KEY_YES,    /* bool */
    KEY_NO,     /* bool, set by `no` */
    KEY_COUNT,  /* int from 0 to `max` */
    KEY_STRING, /* char *, owned */
    KEY_LATER,  /* const struct ini_key *, for the caller */
    KEY_MANY,   /* may be repeated; the caller walks the block */
    KEY_ANY,    /* last: any further key is the caller's business */
};

struct parse_spec {
    const char *name;
    enum parse_kind kind;
    size_t at; /* offset in the target */
    int max;
};

/**
 * Stores the keys of BLOCK in TARGET by SPECS; reports unknown, doubled and malformed
 * ones. Expressions are over a row of TABLE.
 */
void parse_keys(struct parse *p, const struct ini_block *block,
        const struct parse_spec *specs, size_t nspecs, void *target,
        int table) ATTR_NONNULL_ALL;

/** Reports a block without KEY where it was not GIVEN. */
void parse_need(struct parse *p, const struct ini_block *block, bool given,
        const char *key) ATTR_NONNULL_ALL;

const struct ini_key *parse_block_key(const struct parse *p,
        const struct ini_block *block,
        size_t i) ATTR_RETNONNULL ATTR_PURE ATTR_NONNULL_ALL;

/** First key of that name in BLOCK, or NULL. BLOCK is of p->file, as everywhere here.
 */
const struct ini_key *parse_key_find(const struct parse *p,
        const struct ini_block *block, const char *name) ATTR_PURE ATTR_NONNULL_ALL;

/** Adds an expression and returns its index. WHERE is its first byte in the file. */
int parse_expr(struct parse *p, const char *where, struct view src,
        int table) ATTR_NONNULL_ALL;

/** Puts the value of KEY at its language; reports an unknown or doubled language. */
void parse_text(struct parse *p, const struct ini_key *key,
        struct form_text *text) ATTR_NONNULL_ALL;

/** `yes` or `no`; anything else is reported and no. */
bool parse_yes(struct parse *p, const struct ini_key *key) ATTR_NONNULL_ALL;

void parse_later(struct parse *p, parse_late_fn fn, const struct ini_key *key,
        int index) ATTR_NONNULL(1, 2);

/* --- blocks ----------------------------------------------------------------------- */

void parse_languages(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_form(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_list(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_section(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_group(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_repeat(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_field(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_rule(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;
void parse_test(struct parse *p, const struct ini_block *block) ATTR_NONNULL_ALL;

/** Appends to form->items what was just declared; parse_finish sorts them. */
void parse_item(struct parse *p, bool is_table, int index) ATTR_NONNULL_ALL;

/** The section that the next block belongs to; made when the file has none yet. */
int parse_here(struct parse *p) ATTR_NONNULL_ALL;

/**
 * Checks that PATH is free and its parent stands above. Returns the parent's table (0
 * for the record) and the last part, or -1 after a report.
 */
int parse_path(
        struct parse *p, struct view path, struct view *ret_key) ATTR_NONNULL_ALL;

/** How a form file writes the type: "text", "one"… */
const char *parse_type_name(enum form_type type) ATTR_RETNONNULL;

/** Reports NAME when expressions know another table by it: lists, groups, repeats,
 * form. */
void parse_table_free(
        struct parse *p, const char *where, const char *name) ATTR_NONNULL_ALL;

/** The field WORD means, below the repeat UNDER when it is not 0; reports unknown ones.
 */
int parse_field_named(struct parse *p, struct view word, int under) ATTR_NONNULL_ALL;

/**
 * Splits a default in two where "on change of" stands in it, outside quotes: SRC keeps
 * the expression, NAMES gets the fields. False without it.
 */
bool parse_change_split(struct view *src, struct view *names) ATTR_NONNULL_ALL;

/** Reads the fields behind "on change of" in the default KEY of FIELD, if it has any.
 */
void parse_change(
        struct parse *p, const struct ini_key *key, int field) ATTR_NONNULL_ALL;

/** Puts form->followers in order; reports those that follow themselves. */
void parse_change_order(struct parse *p) ATTR_NONNULL_ALL;

/** Last steps: names that SQL would confuse, slots of values, the order on screen. */
void parse_finish(struct parse *p) ATTR_NONNULL_ALL;

/** What form_free does with the parts, for those that do not make it into the form. */
void form_field_release(struct form_field *f) ATTR_NONNULL_ALL;
void form_text_release(struct form_text *t) ATTR_NONNULL_ALL;
void form_words_free(char **words);

/** Fills form->hash (docs/forms.md §9). */
void form_hash(struct form *form) ATTR_NONNULL_ALL;

#endif
