#ifndef ODUS_DELIVER_FORMATS_H
#define ODUS_DELIVER_FORMATS_H

#include "odus/deliver/format.h"

/* One row of formats.c each; the file of the same name says what it is. */
extern const struct format format_apidae;
extern const struct format format_atom;
extern const struct format format_csv;
extern const struct format format_capdata;
extern const struct format format_datatourisme;
extern const struct format format_files;
extern const struct format format_html;
extern const struct format format_ics;
extern const struct format format_images;
extern const struct format format_jsonld;
extern const struct format format_openagenda;
extern const struct format format_passculture;
extern const struct format format_rss;
extern const struct format format_text;

#endif
