#ifndef TESTS_BENCH_FLOOR_ROWS_H
#define TESTS_BENCH_FLOOR_ROWS_H

#include <jansson.h>

/**
 * The rows that odus-sync stores of what it fetches, by a loop that knows nothing of
 * them: the text of each document is written anew from what was parsed, all other
 * columns come ready made from a store that odus has filled from the same server.
 *
 * The same are: tables with their indexes and keys, the words through FTS5 and the
 * tokenizer of odus (those of a slice in the order of their ids, as FTS5 likes them),
 * the settings of the connection, transactions of REPLICA_SLICE documents with the
 * checkpoint in the last one of a page. Left out is all that has to be found out: what
 * stands there already, whether a revision is what it says, which one wins, what the
 * form makes of it, the names of what is linked. Reading the ready-made rows, in the
 * order in which they lie, is in the figure: it is no floor, only less work than odus.
 */

/** Makes the store FOLDER for what is like the store READY. Ends the program on
 * failure, as all of these. */
void rows_open(const char *folder, const char *ready);

/** Stores the documents of a page of changes that ends at SINCE. */
void rows_keep(const json_t *page, const char *since);

/** Ends the program unless each table is that of READY, and the words those of the
 * rows. */
void rows_check(void);

void rows_close(void);

#endif
