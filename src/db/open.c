#include "priv.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "odus/base/clock.h"
#include "odus/base/mem.h"

enum {
    BUSY_MS = 3000,
    NAP_US = 250,
    OPTIMIZE_FROM = 100, /* rows changed */
};

static int open_handle(struct db *db, const char *name, int flags)
{
    sqlite3_close(db->handle);
    db->handle = NULL;
    return sqlite3_open_v2(name, &db->handle,
            flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
}

/* Bytes of the write-ahead log beside PATH; 0 without one. */
static off_t log_size(const char *path)
{
    char *name = xasprintf("%s-wal", path);
    struct stat st;
    off_t size = stat(name, &st) == 0 ? st.st_size : 0;

    free(name);
    return size;
}

/* A log cannot be opened where nothing can be written: reads the bare file then. */
static int open_immutable(struct db *db)
{
    struct buf uri;
    int rc;

    buf_init(&uri, 0);
    buf_adds(&uri, "file:");
    for (const char *p = db->path; *p; p++)
        if (strchr("%?#", *p))
            buf_addf(&uri, "%%%02X", (unsigned)(unsigned char)*p);
        else
            buf_addc(&uri, *p);
    buf_adds(&uri, "?immutable=1");
    rc = open_handle(db, uri.s, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    buf_release(&uri);
    return rc;
}

static int open_flags(const struct db_options *opt)
{
    if (opt->read_only)
        return SQLITE_OPEN_READONLY;
    return SQLITE_OPEN_READWRITE | (opt->create ? SQLITE_OPEN_CREATE : 0);
}

/* A new database is its owner's alone, whatever the folder it stands in. */
static void make_private(const char *name)
{
    int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd >= 0)
        close(fd);
}

static int open_file(struct db *db, const struct db_options *opt, struct err *e)
{
    /* Some builds of SQLite read "file:x" as a URI, with options in it. */
    char *name = xasprintf("%s%s", strncmp(db->path, "file:", 5) ? "" : "./", db->path);
    bool missing =
            strcmp(name, ":memory:") != 0 && access(name, F_OK) && errno == ENOENT;
    int rc;

    if (missing && opt->create && !opt->read_only)
        make_private(name);
    rc = open_handle(db, name, open_flags(opt));
    free(name);
    if (rc == SQLITE_OK && !opt->read_only &&
            sqlite3_db_readonly(db->handle, "main") == 1)
        rc = SQLITE_READONLY;
    if (rc == SQLITE_OK)
        return 0;
    if (missing && !opt->create)
        return err_set(e, ERR_NOT_FOUND, N_("%1$s does not exist"), db->path);
    return db_fail(db, rc, e);
}

/*
 * SQLite's own waiting sleeps longer and longer, up to 100 ms, and so misses the short
 * pauses of a worker that writes slice after slice. Naps are not counted: how long one
 * lasts hangs on the machine.
 */
static int wait_a_little(void *ctx, int naps)
{
    const struct timespec nap = {.tv_nsec = NAP_US * 1000L};
    struct db *db = ctx;

    if (naps == 0)
        db->busy_since = clock_mono_ms();
    nanosleep(&nap, NULL);
    return clock_mono_ms() - db->busy_since < BUSY_MS;
}

/* Settings of the connection; nothing here reads or writes the file. */
static void configure(struct db *db)
{
    sqlite3_busy_handler(db->handle, wait_a_little, db);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    /* else what has a variable beside a partial index is compiled at each binding */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
}

/* The first look at the file: whose it is and which version. */
static int read_version(
        struct db *db, const struct db_options *opt, int64_t *ret_version)
{
    int rc = db_peek(db, "pragma user_version", ret_version);

    if (rc == SQLITE_OK || !opt->read_only || (rc & 0xff) == SQLITE_BUSY ||
            log_size(db->path) > 0)
        return rc;
    if ((rc & 0xff) != SQLITE_CANTOPEN && (rc & 0xff) != SQLITE_READONLY &&
            rc != SQLITE_IOERR_SHMSIZE) /* no room for the log's index */
        return rc;
    rc = open_immutable(db);
    if (rc != SQLITE_OK)
        return rc;
    configure(db);
    return db_peek(db, "pragma user_version", ret_version);
}

/* A file without our mark is accepted only when it is empty. */
static int check_owner(struct db *db, const struct db_options *opt, struct err *e)
{
    int64_t id = 0, tables = 0;
    int rc = db_peek(db, "pragma application_id", &id);

    if (rc == SQLITE_OK && id != opt->application_id)
        rc = db_peek(db, "select count(*) from sqlite_schema", &tables);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, e);
    if (id == opt->application_id || (id == 0 && tables == 0))
        return 0;
    return err_set(e, ERR_DAMAGED,
            N_("%1$s is a database of another program; choose another file"), db->path);
}

static int newest(const struct db_options *opt)
{
    return opt->nmigrations ? opt->migrations[opt->nmigrations - 1].version : 0;
}

static int check_version(
        struct db *db, const struct db_options *opt, int64_t version, struct err *e)
{
    if (opt->nmigrations && version > newest(opt)) {
        /* Without a log, closing leaves less behind when it tidies up. */
        db->leave_log = log_size(db->path) > 0;
        return err_set(e, ERR_NEWER,
                N_("%1$s was written by a newer version of this program; install that "
                   "version to open it"),
                db->path);
    }
    if (opt->read_only && version < newest(opt))
        return err_set(e, ERR_BUSY,
                N_("%1$s is of an older version; open it once with the right to write"),
                db->path);
    return 0;
}

static int set_pragmas(struct db *db, const struct db_options *opt, struct err *e)
{
    int rc = db_exec(db, e,
            "pragma cache_size=-16384; pragma mmap_size=268435456;"
            "pragma temp_store=memory");

    if (rc || opt->read_only)
        return rc;
    sqlite3_wal_autocheckpoint(db->handle, opt->autocheckpoint);
    rc = db_exec(db, e, "pragma journal_mode=wal; pragma journal_size_limit=16777216");
    return rc ? rc : db_synchronous(db, opt->sync, e);
}

/* Inside the transaction: another process may have been quicker. */
static int migrate_step(struct db *db, const struct db_options *opt,
        const struct db_migration *m, struct err *e)
{
    char sql[96];
    int64_t version;
    int rc = db_peek(db, "pragma user_version", &version);

    if (rc != SQLITE_OK)
        return db_fail(db, rc, e);
    if (version >= m->version)
        return 0;
    if (m->sql && (rc = db_exec(db, e, m->sql)))
        return rc;
    if (m->fn && (rc = m->fn(db, e)))
        return rc;
    snprintf(sql, sizeof(sql), "pragma user_version=%d; pragma application_id=%" PRId32,
            m->version, opt->application_id);
    return db_exec(db, e, sql);
}

static int migrate(
        struct db *db, const struct db_options *opt, int64_t version, struct err *e)
{
    for (size_t i = 0; i < opt->nmigrations; i++) {
        int rc;

        if (opt->migrations[i].version <= version)
            continue;
        if ((rc = db_begin(db, e)))
            return rc;
        if ((rc = migrate_step(db, opt, &opt->migrations[i], e))) {
            db_rollback(db);
            return rc;
        }
        if ((rc = db_commit(db, e)))
            return rc;
    }
    return 0;
}

static int bring_up(struct db *db, const struct db_options *opt, struct err *e)
{
    int64_t version = 0;
    int rc = open_file(db, opt, e);

    if (rc)
        return rc;
    configure(db);
    rc = read_version(db, opt, &version);
    if (rc != SQLITE_OK)
        return db_fail(db, rc, e);
    if (opt->application_id && (rc = check_owner(db, opt, e)))
        return rc;
    if ((rc = check_version(db, opt, version, e)))
        return rc;
    if ((rc = set_pragmas(db, opt, e)))
        return rc;
    if (opt->setup && (rc = opt->setup(db, e)))
        return rc;
    return migrate(db, opt, version, e);
}

int db_open(
        const char *path, const struct db_options *opt, struct db **ret, struct err *e)
{
    static const struct db_options defaults = {.create = false};
    struct db *db = xcalloc(1, sizeof(*db));
    int rc;

    db->path = xstrdup(path);
    rc = bring_up(db, opt ? opt : &defaults, e);
    if (rc) {
        db_close(db);
        return rc;
    }
    db->ready = true;
    *ret = db;
    return 0;
}

/* Lets SQLite refresh what it knows of the tables' sizes, without waiting for locks. It
 * writes each time anew what it finds, so whoever has hardly changed anything must not
 * ask: a look at a list would wait four times for the disk. */
static void optimize(struct db *db)
{
    if (!db->ready || sqlite3_total_changes(db->handle) < OPTIMIZE_FROM ||
            sqlite3_db_readonly(db->handle, "main") == 1)
        return;
    sqlite3_busy_handler(db->handle, NULL, NULL);
    sqlite3_exec(
            db->handle, "pragma analysis_limit=400; pragma optimize", NULL, NULL, NULL);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    if (db->depth)
        mem_panic(xasprintf("db_close: the transaction begun at %s:%d is still open",
                db->begun_file, db->begun_line));
    stmt_forget(db, true);
    optimize(db);
    if (db->handle && db->leave_log)
        sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (sqlite3_close(db->handle) != SQLITE_OK)
        mem_panic("db_close: a statement is still open");
    free(db->path);
    free(db);
}
