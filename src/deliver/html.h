#ifndef ODUS_SRC_DELIVER_HTML_H
#define ODUS_SRC_DELIVER_HTML_H

#include "told.h"

/**
 * Parts of pages for people. Everything typed is text (text_xml, text_html); addresses
 * are of the web, `tel:`, `mailto:`, or of other pages of the folder, whose root is UP
 * ("", "../"). No script but JSON-LD, nothing from elsewhere.
 */

/** From the doctype into the head, which is left open. */
void html_head(
        const struct delivery *d, const char *title, struct buf *out) ATTR_NONNULL_ALL;

/** Ends the head; the way back to the index (none where UP is NULL), and `main`. */
void html_body(const struct delivery *d, const char *up, struct buf *out)
        ATTR_NONNULL(1, 3);

/** Ends `main` and the page: who publishes. */
void html_foot(const struct delivery *d, struct buf *out) ATTR_NONNULL_ALL;

/** NODE, which is taken, for search engines. */
void html_jsonld(struct json *node, struct buf *out) ATTR_NONNULL_ALL;

void html_text(const char *text, struct buf *out) ATTR_NONNULL_ALL;

/** `<NAME>TEXT</NAME>`, of LANG where that is not the delivery's (NULL: it is); nothing
 * for a blank TEXT. NAME may have attributes. */
void html_element(const char *name, const char *text, const char *lang, struct buf *out)
        ATTR_NONNULL(1, 4);

/** A text field of BODY that stands by language, in an element. */
void html_field(const struct delivery *d, const char *name, const struct json *body,
        const char *field, struct buf *out) ATTR_NONNULL_ALL;

/** The memo FIELD of BODY: paragraphs. */
void html_memo(const struct delivery *d, const struct json *body, const char *field,
        struct buf *out) ATTR_NONNULL(1, 3, 4);

/** `<time>` of P: its day too when DAY, a link to it there when UP. */
void html_time(const struct delivery *d, const struct performance *p, bool day,
        const char *up, struct buf *out) ATTR_NONNULL(1, 2, 5);

/** What is not as planned, in a word. */
void html_status(const struct delivery *d, const struct performance *p,
        struct buf *out) ATTR_NONNULL_ALL;

/** Where P is, its venue a link to the page of that. */
void html_place(const struct delivery *d, const struct notice *n,
        const struct performance *p, const char *up, struct buf *out) ATTR_NONNULL_ALL;

/** A picture of ours with its credit, as ROW has it; those of other sites are links, so
 * that no page asks strangers. */
void html_picture(const struct delivery *d, const struct json *row, const char *up,
        struct buf *out) ATTR_NONNULL(1, 3, 4);

/** "Licence : Licence Ouverte 2.0", with its address. */
void html_licence(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** Rows of a `<dl>` into OUT. */
struct teller html_teller(struct buf *out) ATTR_NONNULL_ALL;

/** The whole page of the event N. */
void html_event(const struct delivery *d, const struct notice *n,
        struct buf *out) ATTR_NONNULL_ALL;

/** What stands at the top of the page of venue PLACE. */
void html_venue(const struct delivery *d, const struct notice *n, const char *place,
        struct buf *out) ATTR_NONNULL_ALL;

#endif
