#ifndef ODUS_FORM_FORM_H
#define ODUS_FORM_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "odus/base/attr.h"
#include "odus/base/buf.h"

/**
 * The definition of a record type, as read from its form file (docs/forms.md).
 * Immutable once read; everything here is owned by the form and lives as long.
 * Expressions are kept as text with their place; form/engine.h compiles them.
 */

enum {
    FORM_LANGS = 8,         /* languages of one form */
    FORM_NAME_MAX = 40,     /* bytes of a name */
    FORM_PATH_MAX = 128,    /* bytes of a path */
    FORM_FIELDS_MAX = 1000, /* in one form, fragments included */
    FORM_TABLES_MAX = 60,
    FORM_SECTIONS_MAX = 100,
    FORM_LISTS_MAX = 200,
    FORM_ENTRIES_MAX = 2000, /* of a list in the form */
    FORM_RULES_MAX = 1000,
    FORM_TESTS_MAX = 1000,
    FORM_ROWS_MAX = 1000,    /* rows of one repeat */
    FORM_FILE_MAX = 1 << 20, /* bytes of a form file */
};

enum form_type {
    FORM_TEXT,
    FORM_MEMO,
    FORM_INTEGER,
    FORM_DECIMAL,
    FORM_MONEY,   /* integer cents */
    FORM_BOOLEAN, /* "1" or "0" */
    FORM_THREE,   /* "oui", "non", "inconnu" */
    FORM_DATE,
    FORM_TIME,
    FORM_DATETIME, /* base/moment.h */
    FORM_DURATION, /* integer minutes */
    FORM_ONE,
    FORM_MANY,
    FORM_REF,
    FORM_FILE,
    FORM_NOTE,
};

enum form_severity { FORM_ERROR, FORM_WARNING, FORM_INFO };

/** A text in the form's languages; [0] is the first one and set where any is. */
struct form_text {
    char *in[FORM_LANGS];
};

/** An expression's source. Fields name expressions by index into form->exprs; 0 is
 * none. */
struct form_expr {
    char *src;        /* line breaks and indents as in the file, comments left out */
    const char *file; /* borrowed from the form */
    int line,
            column; /* of the first character of src, from 1 (column in code points) */
    int table;      /* repeat whose row the bare names are, or 0 for the record */
    int list;       /* for `filter`: the list whose columns come first, else -1 */
};

struct form_entry {
    char *code;
    struct form_text label;
    char **cells; /* one per column of the list, NULL when blank */
};

struct form_list {
    char *name;
    char *file; /* name of the CSV that holds the entries; NULL for a list in the form
                 */
    char **columns; /* names besides code and label; of the CSV's header for a file */
    size_t ncolumns;
    struct form_entry *entries; /* empty for a list with a file */
    size_t nentries;
};

struct form_section {
    char *name;
    struct form_text label, hint, guidance;
    int relevant; /* expression */
    bool collapsed;
};

enum form_table_kind { FORM_RECORD, FORM_GROUP, FORM_REPEAT };

/** tables[0] is the record itself. Groups and the record share one row of values. */
struct form_table {
    enum form_table_kind kind;
    char *path; /* "" for the record, "adresse", "reservation.moyens" */
    char *sql; /* its name in expressions: form name, "adresse", "reservation_moyens" */
    struct form_text label, hint, guidance;
    int section;
    int parent;   /* group a repeat lies in, else 0 */
    int relevant; /* expression */
    bool private; /* all its fields: see form_private */
    int first;    /* index of its heading in form->items; 0 for the record */
    /* repeats only */
    int min, max; /* rows */
    int title;    /* expression */
    int sort;     /* field index or -1 */
    int timing_start,
            timing_end; /* datetime fields made by the timing language, or -1 */
    bool no_delete;
    int nslots; /* values per row; for tables[0]: of the record's one row, groups
                   included */
};

struct form_field {
    char *key;  /* last part of the path */
    char *path; /* "titre", "adresse.commune", "seances.debut" */
    enum form_type type;
    int table; /* index of its table */
    int section;
    int slot;       /* first value slot in the row of its frame (see form_frame) */
    int nslots;     /* languages when multilingual, else 1; 0 for a note */
    int list;       /* one, many: index of the list, else -1 */
    char **targets; /* ref: record types, NULL-terminated; else NULL */
    struct form_text label, hint, guidance;
    int required, relevant, calculation, initial, inherit, filter,
            normalise; /* expressions */
    int *on_change;    /* fields whose change sets this one to `initial` again */
    size_t non_change;
    bool proposal, multilingual, multiple, carry, verify, readonly, hidden, upper;
    bool private; /* itself so marked; form_private counts its table too */
    bool has_min, has_max;
    int64_t min, max; /* characters, value, cents, minutes, days or number of choices */
    char *zone;       /* datetime; never NULL there */
    int width;        /* columns wished on screen, 0 unknown */
    int line;         /* of its block, in `file` */
    const char *file;
};

struct form_rule {
    char *id;
    enum form_severity severity;
    int *on; /* field indexes; on[0] is the anchor */
    size_t non;
    int table; /* repeat it runs over, or 0 */
    int check; /* expression */
    int fix;   /* expression or 0 */
    struct form_text message, why;
    int line;
    const char *file;
};

/** One `given` value, `expect` item or `answer` of a test. */
struct form_test_item {
    char *verb;  /* expect: "hidden", "error", "no", "value"…; else NULL */
    char *what;  /* path or rule id; row numbers from 1 inside paths */
    char *value; /* NULL where the verb takes none */
    int line;
};

/** What a test calls its own record. */
#define FORM_TEST_SELF "self"

/** A record that is there during the test: `linked`. */
struct form_test_record {
    char *name; /* by which the test knows it */
    char *type;
    struct form_test_item *values; /* as stored, by path */
    size_t nvalues;
};

struct form_test {
    char *title;
    char *today; /* ISO date or NULL */
    struct form_test_record *linked;
    size_t nlinked;
    struct form_test_item *answers; /* what the finders find */
    struct form_test_item *given, *expect;
    size_t nanswers, ngiven, nexpect;
    int line;
    const char *file; /* borrowed from the form */
};

/** What the screens walk: fields and tables in the order of the file, per section. */
struct form_item {
    bool is_table; /* a group or repeat heading (its fields follow as items of their
                      own) */
    int index;     /* into fields or tables */
};

struct form {
    char *name;
    char *version; /* label for people or NULL */
    char hash[33]; /* form version: BLAKE2b-128 of the structure, texts left out */
    struct form_text label, plural; /* plural may be empty */
    char *langs[FORM_LANGS];        /* "fr" where the file names none */
    int nlangs;
    int title, subtitle, cancelled; /* expressions */
    char **search,
            **memos; /* paths, never NULL, NULL-terminated; "lieu.nom" follows a ref */
    char **aliases;  /* paths of texts that name the record too; never NULL */
    int dates, ends, place, organiser, genre; /* field indexes or -1 */
    struct form_section *sections; /* one named as the form where the file has none */
    size_t nsections;
    struct form_table *tables;
    size_t ntables;
    struct form_field *fields;
    size_t nfields;
    int *followers; /* the fields with on_change, each after those that it follows */
    size_t nfollowers;
    struct form_item *items;
    size_t nitems;
    struct form_list *lists;
    size_t nlists;
    struct form_rule *rules;
    size_t nrules;
    struct form_test *tests;
    size_t ntests;
    struct form_expr *exprs; /* [0] unused */
    size_t nexprs;
    char **files; /* the form's file and its fragments, for messages */
    size_t nfiles;
};

void form_free(struct form *form);

/** TEXT in LANG ("fr", "en_GB"…), else in the form's first language, else "". Borrowed.
 */
const char *form_text(const struct form *form, const struct form_text *text,
        const char *lang) ATTR_RETNONNULL ATTR_NONNULL_ALL;

/** Index of the field with this path, or -1. */
int form_field_find(const struct form *form, struct view path) ATTR_NONNULL_ALL;

/** Index of the table with this path ("" is the record), or -1. */
int form_table_find(const struct form *form, struct view path) ATTR_NONNULL_ALL;

int form_list_find(const struct form *form, struct view name) ATTR_NONNULL_ALL;

/** Entry of a list held in the form, or NULL. */
const struct form_entry *form_entry_find(
        const struct form_list *list, struct view code) ATTR_NONNULL_ALL;

/**
 * The table whose rows hold the field's values: itself when it is a repeat, else 0
 * (fields of groups live in the record's one row).
 */
int form_frame(const struct form *form, int field) ATTR_NONNULL_ALL;

/** True for data left out of public deliveries: the field, its table or that one's
 * group says private=yes. */
bool form_private(const struct form *form, int field) ATTR_NONNULL_ALL;

/** True where a value may hold several parts, joined by '\n' (many, multiple=yes). */
bool form_is_list(const struct form_field *field) ATTR_PURE ATTR_NONNULL_ALL;

/**
 * The form as a questionnaire on paper: sections, questions, choices, conditions in
 * words; plain text, WIDTH columns. For `odus form show`.
 */
void form_paper(const struct form *form, const char *lang, int width,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
