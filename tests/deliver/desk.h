#ifndef ODUS_TESTS_DELIVER_DESK_H
#define ODUS_TESTS_DELIVER_DESK_H

#include "odus/deliver/format.h"

/*
 * A throw-away store with the project's forms, and what formats make of its records.
 *
 *     static void csv__quotes__a_title(void **state)
 *     {
 *         desk_put("evenement", 1, "'titre': {'fr': 'a\"b'}, 'seances': […]");
 *         desk_make(&format_csv, 1);
 *         assert_string_equal(desk_text("csv/evenements.csv", NULL), …);
 *     }
 *     … cmocka_unit_test_setup_teardown(csv__quotes__a_title, desk_open, desk_close)
 */

extern struct store *desk_store;
extern struct forms *desk_forms;
extern struct gate *desk_gate;

/** base "https://agenda.example/odus/", title "Agenda d'essai", publisher "Les Alpes
 * en scène", lang "fr", modified "2026-11-20T10:00:00Z". May be changed in a test. */
extern struct delivery desk_delivery;

/** Set-up: an empty store; the same with desk_full. Tear-down. */
int desk_open(void **state);
int desk_open_full(void **state);
int desk_close(void **state);

/** A path in the folder of the test; borrowed, good for the next seven calls. */
const char *desk_path(const char *name);

/* --- records ---------------------------------------------------------------------- */

/** The n-th identifier: 01900000-0000-7000-8000-00000000000n. Borrowed, good for the
 * next fifteen calls. */
const char *desk_uid(int n);

/**
 * Puts record N: published and public, licence LO-2.0, in French, changed on
 * 2026-11-20T10:00:00Z, with MEMBERS, which are JSON with ' for " (an apostrophe is
 * \\u0027, or ’) and may replace those. "@7" as a whole text is the uid of record 7. A
 * record that is there gets another revision.
 */
void desk_put(const char *type, int n, const char *members);

/** The same for BODY, which is taken; its `_id` and `type` are set. */
void desk_put_json(const char *type, int n, struct json *body);

/** Takes record N out of the store for good. */
void desk_erase(int n);

/** The notice of record N, which may leave. Freed at the end of the test. */
const struct notice *desk_notice(int n);

/* --- what a format makes ---------------------------------------------------------- */

struct desk_piece {
    char *path, *label, *key; /* label, key: NULL as the format put them */
    bool shared;
    char *text;
    size_t len;
};

struct desk_note {
    enum note_kind kind;
    char *field, *message, *args[2];
};

/** What comes of record N (which FORMAT takes) is added to what is there. */
void desk_make(const struct format *format, int n);

/** The same for every record of the store, with the files that depend on none. */
void desk_make_all(const struct format *format);

/** Empties it. */
void desk_clear(void);

/** All pieces, sorted by path and key, bytewise; those without key in the order they
 * came. Shared ones stand once. Borrowed until the next desk_make or desk_clear. */
const struct desk_piece *desk_pieces(size_t *ret_n);

/** Text of the piece KEY (NULL: a file of its own) of PATH; NULL: none. Borrowed. */
const char *desk_text(const char *path, const char *key);

/** File PATH as a delivery has it: head, pieces, foot. NULL: there is none. Borrowed
 * until desk_clear. */
const char *desk_file(const struct format *format, const char *path);

/** Writes all files, as desk_file has them, under desk_path(FOLDER). */
void desk_write(const struct format *format, const char *folder);

/**
 * Exit status of tests/validators/check WHAT over desk_path(PATH): 0 valid, 1 not, 77
 * what it needs is not installed. What it says goes to the log.
 */
int desk_validate(const char *what, const char *path);

/** An outlet that takes pieces and notes for nothing. */
struct outlet desk_outlet(void);

const struct desk_note *desk_notes(size_t *ret_n);

/** Whether there is such a note. FIELD NULL: of any. */
bool desk_noted(enum note_kind kind, const char *field);

/* --- a season --------------------------------------------------------------------- */

/*
 * Records of desk_full. Notable of DESK_RICH, its performances in order:
 *   1 2026-10-24 20:30, confirmed, over the night in which clocks go back, to 03:30
 *   2 2026-10-25 02:15 the second time, sold out
 *   3 2026-12-05, hour unknown, in the hall inside the theatre, cancelled
 *   4 2026-12-12 20:30, rescheduled from 2026-12-06 20:30, a note in three languages
 *   5 2026-12-13 17:00, postponed
 *   6 2027-03-28 01:30 over the night in which they go forward, moved online
 * and an optional and a school one, in 2027-05, that nobody may see.
 */
enum {
    DESK_RICH = 1, /* all there is: three languages, prices, booking, images, links */
    DESK_EMPTY,    /* only what is required */
    DESK_ONLINE,
    DESK_ABROAD,    /* at DESK_ITALY */
    DESK_NASTY,     /* quotes, emoji, U+2028, ]]>, </script>, formulas, line feeds */
    DESK_LONG,      /* a memo of 10,000 characters, at most of everything */
    DESK_MANY,      /* 800 performances */
    DESK_FESTIVAL,  /* parent of DESK_RICH */
    DESK_INHERITS,  /* blank wherever the show says it */
    DESK_CANCELLED, /* all performances */
    DESK_FREE,      /* free entrance, no booking */
    DESK_GONE,      /* deleted event */
    DESK_THEATRE = 101, /* coordinates, accessibility in all three states */
    DESK_HALL,          /* inside the theatre, without an address of its own */
    DESK_ITALY,
    DESK_CHURCH, /* as little as a venue may have */
    DESK_GONE_VENUE,
    DESK_ORGANISER = 201, /* with contacts that are private */
    DESK_COORGANISER,
    DESK_COMPANY,
    DESK_SHOW = 301, /* genre, texts, duration; contributions, a work, images */
    DESK_WORK = 401,
    DESK_ACTRESS = 501, /* has agreed to be published */
    DESK_SHY,           /* has not */
    DESK_HIDDEN = 601,  /* first of those that may not leave, all linked from RICH */
};

/** Puts them. Every text that must not leave has DESK_MARK in it. */
void desk_full(void);

#define DESK_MARK "PRIVE-"

/** What tourist offices and the pass Culture ask for besides: every event has a reach,
 * DESK_CANCELLED a number in Apidae, every venue and the organiser one in the pass
 * Culture. */
void desk_complete(void);

/** Adds a record of each type with every field filled (desk_marked) for each of those
 * that may not leave, linked to it, from 701 on. Returns their number. */
int desk_fill(void);

/**
 * A record of TYPE with every field of its form filled: private ones, members that no
 * form knows, and with ALL every other text too have DESK_MARK, numbers
 * DESK_MARK_NUMBER, dates DESK_MARK_DATE. References lead to record TARGET. Owned.
 */
struct json *desk_marked(const char *type, int target, bool all);
#define DESK_MARK_NUMBER 987654321
#define DESK_MARK_DATE "1913-01-13"

/** Whether TEXT has one of the marks. */
bool desk_is_marked(struct view text);

#endif
