#ifndef ODUS_SRC_DELIVER_CSV_CELLS_H
#define ODUS_SRC_DELIVER_CSV_CELLS_H

#include "csv.h"

/**
 * What stands in a cell of ROW, unquoted; nothing where it is blank. PATH and ARG of
 * the column say of what.
 */
typedef void csv_cell(
        const struct csv_row *r, const struct csv_column *c, struct buf *out);

csv_cell cell_value;         /* the value at PATH */
csv_cell cell_in_language;   /* its text in language ARG (NULL: French, else what there
                                is) */
csv_cell cell_label;         /* label of its code in list ARG */
csv_cell cell_list;          /* its values */
csv_cell cell_three;         /* oui, non, inconnu */
csv_cell cell_known;         /* its code, unless it is `inconnu` */
csv_cell cell_commune;       /* its code, when there is such a commune */
csv_cell cell_column;        /* column ARG of its rows */
csv_cell cell_identifiers;   /* system:value of its rows */
csv_cell cell_image;         /* column ARG of the first image */
csv_cell cell_booking;       /* the first means of booking of type ARG */
csv_cell cell_price;         /* the cheapest ("min") or dearest ("max") rate */
csv_cell cell_rates;         /* all rates */
csv_cell cell_linked;        /* uid of the record it leads to */
csv_cell cell_linked_name;   /* its name */
csv_cell cell_linked_names;  /* the names of several */
csv_cell cell_credits;       /* who did what */
csv_cell cell_place;         /* uid of the place */
csv_cell cell_place_name;    /* its name */
csv_cell cell_place_value;   /* the value at PATH of it, or of the house it is in */
csv_cell cell_place_commune; /* its code, when there is such a commune */
csv_cell cell_place_town;    /* its name; abroad that of the place */
csv_cell cell_performance_uid;
csv_cell cell_performance_link; /* PATH, of one that is online */
csv_cell cell_when;             /* ARG "debut", "fin", "initial" */
csv_cell cell_day;
csv_cell cell_hour;
csv_cell cell_zone;
csv_cell cell_estimated;     /* whether the end is */
csv_cell cell_status;        /* its code, or label in list ARG */
csv_cell cell_count;         /* performances */
csv_cell cell_name_for_life; /* ident.h */
csv_cell cell_page;          /* ident.h */
csv_cell cell_licence;       /* its code, or column ARG of it */
csv_cell cell_attribution;

#endif
