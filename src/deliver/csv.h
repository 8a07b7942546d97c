#ifndef ODUS_SRC_DELIVER_CSV_H
#define ODUS_SRC_DELIVER_CSV_H

#include "formats.h"

/**
 * Tables of the format csv: one description of the columns, from which the rows, the
 * Table Schema and the documentation come.
 */
enum cell {
    CELL_TEXT,
    CELL_UID, /* of a record, or of a performance */
    CELL_CODE,
    CELL_INSEE, /* of a commune */
    CELL_INTEGER,
    CELL_NUMBER,
    CELL_BOOLEAN, /* true, false; blank: unknown */
    CELL_DATE,
    CELL_HOUR,
    CELL_MOMENT, /* RFC 3339 with offset; a day where the hour is unknown */
    CELL_STAMP,  /* RFC 3339 in UTC */
    CELL_PHONE,
    CELL_EMAIL,
    CELL_URL,
    CELL_LIST, /* JSON array */
};

/* What a row is made of. */
struct csv_row {
    const struct delivery *d;
    const struct notice *n;
    const struct json *body; /* of the record, or the row of a performance */
    const struct performance *performance;
};

struct csv_column {
    const char *name;
    enum cell kind;
    /* Appends the cell, unquoted; nothing where it is blank. */
    void (*put)(const struct csv_row *r, const struct csv_column *c, struct buf *out);
    const char *path;  /* in the record */
    const char *arg;   /* what `put` asks for besides: list, language, column */
    const char *title; /* in French, as the data is */
    bool of_event;     /* in a row of a performance: PATH is its event's */
    bool key;
    const char *refers; /* table whose key it is */
};

struct csv_table {
    const char *name, *path, *title;
    const char *type;  /* of its records */
    bool performances; /* a row for each one of these */
    const struct csv_column *columns;
    size_t n;
};

/** In the order of the manual. */
extern const struct csv_table csv_tables[];
extern const size_t csv_ntables;

/** csv/datapackage.json; and every table is there, if only with its head. */
void csv_describe(const struct delivery *d, struct outlet *out) ATTR_NONNULL_ALL;

/** The catalogue, csv_dcat.c: what is said in any case; what an event adds; what stands
 * round it. */
#define CSV_CATALOGUE "csv/dcat.jsonld"
void csv_catalogue(const struct delivery *d, struct outlet *out) ATTR_NONNULL_ALL;
void csv_catalogue_days(const struct notice *n, struct outlet *out) ATTR_NONNULL_ALL;
void csv_catalogue_head(struct buf *out) ATTR_NONNULL_ALL;
void csv_catalogue_foot(const struct delivery *d, const struct collection *c,
        struct buf *out) ATTR_NONNULL_ALL;

#define CSV_ABOUT                                                                      \
    "Événements, séances, lieux, structures, spectacles, personnes et œuvres du "  \
    "spectacle vivant. Chaque ligne dit sa licence et la source à citer."

/** Licence of data that tells none. */
#define CSV_LICENCE "LO-2.0"
#define CSV_LICENCE_URL "https://www.etalab.gouv.fr/licence-ouverte-open-licence"

#endif
