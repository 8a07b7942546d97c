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
 * The store writes the words itself: triggers may not under trusted_schema=off. Each
 * transaction leaves a piece of the indexes; they are merged step by step when idle,
 * and all those of a level at once, under the lock, only when there are very many.
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
    "create index entry_sample on entry(sample) where sample = 1;"                     \
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
    "insert into occurrence_fts(occurrence_fts, rank)"                                 \
    " values('automerge', 0), ('crisismerge', 128);"                                   \
    "insert into memo_fts(memo_fts, rank)"                                             \
    " values('automerge', 0), ('crisismerge', 128);"                                   \
                                                                                       \
    "create table link("                                                               \
    " src integer not null references entry(id) on delete cascade,"                    \
    " dst text not null,"                                                              \
    " primary key(src, dst)"                                                           \
    ") strict, without rowid;"                                                         \
    "create index link_dst on link(dst);"

/*
 * A record is a tree of revisions under its entry. Bodies are in rev alone, in a table
 * with rowids (large rows are slow without), behind the columns that are looked at
 * without them. A leaf has no child here.
 *
 * What a peer has not acknowledged is exactly its rows of unsent: leaves, in the order
 * they came. It gets a row for every new leaf but those that came from it, and loses it
 * when it acknowledges or the revision is a leaf no longer. What one's own hand wrote
 * of a merge that the peer refused has a row again. receipt: what it has acknowledged
 * and did not give itself. refusal: why; '' for what is left to a référent.
 *
 * completed: token of a draft whose content is a revision; see draft_drop_completed.
 * file: what stood in the folder `files` when it was last looked at; file_at: what a
 * peer has shown to have of it. Which records name a file: rows of link,
 * "fichier:HASH".
 *
 * due: records whose name is shown with others that have not been written anew yet.
 */
static const char data_v1[] = INDEX_TABLES
        "create table meta(key text primary key, value text not null) strict;"

        "create table record("
        " id integer primary key references entry(id) on delete cascade,"
        " rev text not null," /* the winner */
        " deleted integer not null,"
        " leaves integer not null,"     /* living ones */
        " seq integer not null unique," /* of the latest change of its leaves */
        " container text not null,"
        " held integer not null default 0"
        ") strict;"
        "create index record_container on record(container, seq);"
        "create index record_conflict on record(leaves) where leaves > 1;"
        "create index record_held on record(held) where held = 1;"
        /* the last seq given: never given again, also when its record is gone */
        "create table sequence(id integer primary key, last integer not null) strict;"
        "insert into sequence(id, last) values(1, 0);"

        "create table rev("
        " id integer primary key,"
        " record integer not null references record(id) on delete cascade,"
        " rev text not null,"
        " gen integer not null,"
        " parent text not null," /* '' for a root */
        " deleted integer not null,"
        " leaf integer not null,"
        " at_ms integer not null,"
        " author text,"
        " peer integer," /* it came from, 0 a file; NULL: made here */
        " reach integer not null default 0," /* of its visibility, see tree.h */
        " bytes integer not null default 0," /* of the body */
        " body text,"                        /* NULL: not kept here */
        " unique(record, rev)"
        ") strict;"
        "create index rev_leaf on rev(record, deleted, gen, rev) where leaf = 1;"
        "create index rev_news on rev(at_ms) where peer is not null and leaf = 1;"

        "create table peer("
        " id integer primary key,"
        " url text not null unique,"
        " main integer not null," /* 1: the one that counts for people */
        " last_ms integer not null"
        ") strict;"
        "create table unsent("
        " peer integer not null references peer(id) on delete cascade,"
        " rev integer not null references rev(id) on delete cascade,"
        " primary key(peer, rev)"
        ") strict, without rowid;"
        "create index unsent_rev on unsent(rev);"
        "create table receipt("
        " rev integer not null references rev(id) on delete cascade,"
        " peer integer not null references peer(id) on delete cascade,"
        " at_ms integer not null,"
        " primary key(rev, peer)"
        ") strict, without rowid;"
        "create index receipt_unproved on receipt(peer) where at_ms = 0;"
        "create table refusal("
        " record integer not null references record(id) on delete cascade,"
        " peer integer not null references peer(id) on delete cascade,"
        " why text not null,"
        " primary key(record, peer)"
        ") strict, without rowid;"
        "create table checkpoint("
        " peer integer not null references peer(id) on delete cascade,"
        " container text not null,"
        " since text not null,"
        " epoch text not null,"
        " primary key(peer, container)"
        ") strict, without rowid;"
        "create table local_doc("
        " container text not null,"
        " name text not null,"
        " n integer not null,"
        " body text not null,"
        " primary key(container, name)"
        ") strict;"
        "create table due(uid text primary key) strict, without rowid;"

        "create table file("
        " hash text primary key,"
        " bytes integer not null"
        ") strict, without rowid;"
        "create table file_at("
        " peer integer not null references peer(id) on delete cascade,"
        " container text not null,"
        " hash text not null,"
        " primary key(peer, container, hash)"
        ") strict, without rowid;"

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
