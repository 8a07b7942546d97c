#ifndef ODUS_CLI_RUN_H
#define ODUS_CLI_RUN_H

#include "odus/app/agenda.h"
#include "odus/app/command.h"
#include "odus/app/entry.h"
#include "odus/app/records.h"
#include "odus/base/i18n.h"
#include "odus/cli/cli.h"
#include "out.h"

enum { ID_SHOWN = 13 /* characters of an identifier where its beginning is enough */ };

/** What a command gets. */
struct run {
    struct app *app;
    const struct cli_args *args;
    const char *const *words; /* after the command */
    size_t nwords;
};

/* The commands; each returns its exit status. */
int run_new(struct run *r) ATTR_NONNULL_ALL;
int run_set(struct run *r) ATTR_NONNULL_ALL;
int run_show(struct run *r) ATTR_NONNULL_ALL;
int run_list(struct run *r) ATTR_NONNULL_ALL;
int run_check(struct run *r) ATTR_NONNULL_ALL;
int run_complete(struct run *r) ATTR_NONNULL_ALL;
int run_verify(struct run *r) ATTR_NONNULL_ALL;
int run_delete(struct run *r) ATTR_NONNULL_ALL;
int run_history(struct run *r) ATTR_NONNULL_ALL;
int run_revert(struct run *r) ATTR_NONNULL_ALL;
int run_backup(struct run *r) ATTR_NONNULL_ALL;
int run_sample(struct run *r) ATTR_NONNULL_ALL;
int run_form(struct run *r) ATTR_NONNULL_ALL;
/** Whether `form WHAT` works on the store; the others only read files. */
bool form_wants_store(const char *what) ATTR_NONNULL_ALL;
int run_import(struct run *r) ATTR_NONNULL_ALL;
int run_doctor(struct run *r) ATTR_NONNULL_ALL;
int run_sync(struct run *r) ATTR_NONNULL_ALL;
int run_news(struct run *r) ATTR_NONNULL_ALL;
int run_hold(struct run *r) ATTR_NONNULL_ALL;
int run_files(struct run *r) ATTR_NONNULL_ALL;
int run_bundle(struct run *r) ATTR_NONNULL_ALL;
int run_serve(struct run *r) ATTR_NONNULL_ALL;
int run_server(struct run *r) ATTR_NONNULL_ALL;
int run_deliver(struct run *r) ATTR_NONNULL_ALL;
int run_push(struct run *r) ATTR_NONNULL_ALL;
int push_adopt(struct run *r) ATTR_NONNULL_ALL; /* --adopt */
int run_line(struct run *r) ATTR_NONNULL_ALL;

/** Help on all commands, or on the one called NAME; the manual page. */
int run_help(const char *name);
int run_manual(void);

/** Says on stderr how CMD is called; returns CLI_USAGE. */
int usage(const struct command *cmd) ATTR_NONNULL_ALL;

/** As cli_fail, with the word it is about in front. */
int fail_about(const char *what, const struct err *err) ATTR_NONNULL_ALL;

/** The record that ID or its beginning names: its uid, or opened. Else says why not and
 *  returns another status than CLI_DONE. */
int find_record(
        struct run *r, const char *id, char ret_uid[37]) ATTR_CHECK ATTR_NONNULL_ALL;
int open_entry(
        struct run *r, const char *id, struct entry **ret) ATTR_CHECK ATTR_NONNULL_ALL;

/** The one of NAMES (NULL-terminated) that WORD is nearest to; NULL when none is near.
 */
const char *nearest_name(const char *word, char *const *names) ATTR_NONNULL_ALL;

/** True when NAME is a record type; else the error is set, with the nearest one. */
bool is_type(struct app *app, const char *name, struct err *err) ATTR_CHECK
        ATTR_NONNULL(1, 2);

/** Moves down and gives the row there; NULL at the end of the list. */
const struct agenda_row *agenda_next(struct agenda *a) ATTR_NONNULL_ALL;

/** One row of a list: identifier, date, state, title and place; docs/cli.md. */
void row_text(const struct agenda_row *row, const char *lang,
        struct buf *out) ATTR_NONNULL_ALL;

/* Problems of a record. */

/** "error", "warning", "remark" (msgids). */
const char *severity_id(enum form_severity severity) ATTR_RETNONNULL;

/** The unaccepted problems as objects; docs/cli.md. */
void list_issues(struct entry *en, struct out_list *list) ATTR_NONNULL_ALL;
struct json *issues_json(struct entry *en) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** One problem on one line without line feed: field, message, rule. */
void issue_line(
        struct entry *en, const struct issue *issue, struct buf *out) ATTR_NONNULL_ALL;

/** What others changed too and nobody has decided yet, numbered; how many. */
size_t print_conflicts(struct entry *en) ATTR_NONNULL_ALL;
struct json *conflicts_json(
        struct entry *en) ATTR_RETNONNULL ATTR_CHECK ATTR_NONNULL_ALL;

/** "2 errors, 1 warning"; "no problem". */
void counts_text(struct issue_counts counts, struct buf *out) ATTR_NONNULL_ALL;

/** CLI_DONE, or the journal's failure said and CLI_STORE. */
int check_journal(struct entry *en) ATTR_CHECK ATTR_NONNULL_ALL;

#endif
