#include "priv.h"

#include <stdlib.h>

#include "odus/base/file.h"
#include "odus/db/fold.h"

/*
 * The tables of data.db and drafts.db. A released version is never edited: the next
 * one is a further migration, and tests/store/fixtures/ keeps a database of each.
 *
 * Both hold the same index over what lists and searches show:
 *
 *   entry        one row per record or draft
 *   occurrence   one row per entry and day; its id is day << 20 | k, so that the order
 *                of ids is the order of lists, and k begins with the minute of the day.
 *                Undated entries (venues, structures…) have one row on day 0.
 *   occurrence_fts, memo_fts   the words; rowid is the occurrence's, the entry's id
 *   link         from an entry to the uids its references name
 *
 * The store writes the words itself: triggers may not under trusted_schema=off.
 */
#define INDEX_TABLES                                                                   \
    "create table entry("                                                              \
    " id integer primary key,"                                                         \
    " uid text not null unique,"                                                       \
    " type text not null,"                                                             \
    " status text not null,"                                                           \
    " title text, subtitle text,"                                                      \
    " text text, memo text," /* searched words */                                      \
    " place_name text, town text, organiser_name text,"                                \
    " place text, organiser text, genre text,"                                         \
    " sample integer not null,"                                                        \
    " errors integer not null, warnings integer not null,"                             \
    " sort text,"         /* folded title of the undated */                            \
    " hash text not null" /* of all this: unchanged or not */                          \
    ") strict;"                                                                        \
    "create index entry_type on entry(type);"                                          \
    "create index entry_sort on entry(type, sort) where sort is not null;"             \
                                                                                       \
    "create table occurrence("                                                         \
    " id integer primary key,"                                                         \
    " entry integer not null references entry(id) on delete cascade,"                  \
    " start_min integer not null, end_min integer not null," /* -1: unknown */         \
    " count integer not null,"                                                         \
    " place text,"                                                                     \
    " cancelled integer not null,"                                                     \
    " type text not null, status text not null, genre text,"                           \
    " sample integer not null"                                                         \
    ") strict;"                                                                        \
    "create index occurrence_entry on occurrence(entry);"                              \
    "create index occurrence_type on occurrence(type);"                                \
    "create index occurrence_status on occurrence(status);"                            \
    "create index occurrence_genre on occurrence(genre) where genre is not null;"      \
    "create index occurrence_sample on occurrence(sample) where sample = 1;"           \
                                                                                       \
    "create view occurrence_words as"                                                  \
    " select o.id, e.title, e.text, e.place_name as place, e.town,"                    \
    "  e.organiser_name as organiser"                                                  \
    " from occurrence o join entry e on e.id = o.entry;"                               \
    "create virtual table occurrence_fts using fts5(title, text, place, town,"         \
    " organiser, content='occurrence_words', content_rowid='id', tokenize='fold',"     \
    " prefix='1 2 3 4 5', detail=column, columnsize=0);"                               \
    "create virtual table memo_fts using fts5(memo, content='entry',"                  \
    " content_rowid='id', tokenize='fold', prefix='2 3 4 5', detail=column,"           \
    " columnsize=0);"                                                                  \
    "insert into occurrence_fts(occurrence_fts, rank) values('automerge', 0);"         \
    "insert into memo_fts(memo_fts, rank) values('automerge', 0);"                     \
                                                                                       \
    "create table link("                                                               \
    " src integer not null references entry(id) on delete cascade,"                    \
    " dst text not null,"                                                              \
    " primary key(src, dst)"                                                           \
    ") strict, without rowid;"                                                         \
    "create index link_dst on link(dst);"

/*
 * A record is a tree of revisions under its entry. Bodies are in rev alone, in a table
 * with rowids (large rows are slow without). A leaf has no child here.
 * completed: token of a draft whose content is a revision; see draft_drop_completed.
 */
static const char data_v1[] = INDEX_TABLES
        "create table meta(key text primary key, value text not null) strict;"

        "create table record("
        " id integer primary key references entry(id) on delete cascade,"
        " rev text not null," /* the winner */
        " deleted integer not null,"
        " leaves integer not null"
        ") strict;"

        "create table rev("
        " id integer primary key,"
        " record integer not null references record(id) on delete cascade,"
        " rev text not null,"
        " gen integer not null,"
        " parent text not null," /* '' for a root */
        " deleted integer not null,"
        " leaf integer not null,"
        " body text," /* NULL: not kept here */
        " at_ms integer not null,"
        " author text,"
        " unique(record, rev)"
        ") strict;"

        "create table completed("
        " token text primary key,"
        " uid text not null,"
        " rev text not null"
        ") strict;"

        /* Long lists of forms; ids of one list ascend in the order of its labels. */
        "create table list(name text primary key, hash text not null,"
        " n integer not null) strict;"
        "create table list_entry("
        " id integer primary key,"
        " list text not null references list(name) on delete cascade,"
        " n integer not null," /* place in the file, from 0 */
        " code text not null,"
        " label text not null,"
        " fold text not null,"  /* folded label */
        " words text not null," /* what is searched */
        " cells text not null," /* JSON object: column -> text */
        " unique(list, code),"
        " unique(list, n)"
        ") strict;"
        "create index list_entry_fold on list_entry(list, fold);"
        "create virtual table list_fts using fts5(words, content='list_entry',"
        " content_rowid='id', tokenize='fold', prefix='1 2 3 4 5', detail=column,"
        " columnsize=0);"

        "create table form_version("
        " name text not null,"
        " hash text not null,"
        " sources text not null," /* JSON object: file -> text */
        " at_ms integer not null,"
        " primary key(name, hash)"
        ") strict;";

/*
 * typing: what is typed and not read as a value, apart so that a key costs one small
 * row; cursor: the place typed in last, unless the draft was written since. used:
 * choices taken here; in this database because the interface writes it.
 */
static const char drafts_v1[] = INDEX_TABLES
        "create table draft("
        " id integer primary key references entry(id) on delete cascade,"
        " token text not null unique," /* anew with each change */
        " form_hash text not null,"
        " base text not null,"
        " body text not null,"
        " at text,"
        " created_ms integer not null, saved_ms integer not null,"
        " owner integer not null,"      /* process, 0 nobody */
        " owner_start integer not null" /* when it began, as its system counts */
        ") strict;"
        "create table typing("
        " draft integer not null references draft(id) on delete cascade,"
        " at text not null,"
        " typed text not null,"
        " cursor integer not null,"
        " primary key(draft, at)"
        ") strict, without rowid;"
        "create table used("
        " uid text primary key,"
        " at_ms integer not null,"
        " n integer not null"
        ") strict, without rowid;";

static const struct db_migration data_steps[] = {
        {.version = 1, .sql = data_v1},
};

static const struct db_migration drafts_steps[] = {
        {.version = 1, .sql = drafts_v1},
};

enum {
    DATA_ID = 0x4F647544,   /* "OduD" */
    DRAFTS_ID = 0x4F64754A, /* "OduJ" */
    /* Only a safety net: checkpoints are made when idle, not at a keystroke. */
    DATA_LOG_PAGES = 10000,
    DRAFTS_LOG_PAGES = 4000,
};

static int open_one(const char *dir, const char *name, const struct db_options *opt,
        struct db **ret, struct err *e)
{
    char *path = file_join(dir, name);
    int rc = db_open(path, opt, ret, e);

    free(path);
    return rc;
}

int schema_open_data(const char *dir, bool read_only, struct db **ret_db, struct err *e)
{
    struct db_options opt = {
            .create = !read_only,
            .read_only = read_only,
            .sync = DB_SYNC_NORMAL,
            .autocheckpoint = DATA_LOG_PAGES,
            .application_id = DATA_ID,
            .migrations = data_steps,
            .nmigrations = COUNT(data_steps),
            .setup = db_register_folding,
    };

    return open_one(dir, "data.db", &opt, ret_db, e);
}

int schema_open_drafts(
        const char *dir, bool read_only, struct db **ret_db, struct err *e)
{
    struct db_options opt = {
            .create = !read_only,
            .read_only = read_only,
            .sync = DB_SYNC_NORMAL,
            .autocheckpoint = DRAFTS_LOG_PAGES,
            .application_id = DRAFTS_ID,
            .migrations = drafts_steps,
            .nmigrations = COUNT(drafts_steps),
            .setup = db_register_folding,
    };

    return open_one(dir, "drafts.db", &opt, ret_db, e);
}
