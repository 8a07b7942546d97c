#ifndef ODUS_TESTS_SYNC_POSTER_H
#define ODUS_TESTS_SYNC_POSTER_H

#include "odus/store/files.h"

/* Records that name files. */

/** The form `affiche` joins those of the stage: titre, and the file `fichier`. */
int poster_form(void);

/** N bytes that begin like a PDF; without NUL. Owned. */
char *poster_pdf(size_t n);

/** Its hash; good until the next call. */
const char *poster_hash(const char *content);

#endif
