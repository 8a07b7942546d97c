/* What all pages have: their frame, their looks, and the small parts of them. */
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "ident.h"
#include "odus/base/mem.h"
#include "odus/deliver/text.h"
#include "words.h"

/* Colours have a contrast of 4.5:1 and more on both grounds (WCAG 2.2, 1.4.3). */
static const char style[] =
        ":root{color-scheme:light dark;--on:#1c1c1e;--dim:#55565a;--line:#c9c9cd;"
        "--link:#0a4a8a;--mark:#8c1d18;--ground:#fff}"
        "@media(prefers-color-scheme:dark){:root{--on:#ececee;--dim:#b3b4b9;"
        "--line:#4a4b50;--link:#93c5fd;--mark:#ffb4a9;--ground:#17181b}}"
        "*{box-sizing:border-box}"
        "body{margin:0 auto;max-width:46rem;padding:0 1rem 2rem;color:var(--on);"
        "background:var(--ground);font:1.0625rem/1.5 system-ui,sans-serif;"
        "overflow-wrap:anywhere}"
        "a{color:var(--link)}a:focus-visible{outline:3px solid;outline-offset:2px}"
        ".saut{position:absolute;left:-99rem}.saut:focus{position:static}"
        "nav{padding:.8rem 0}"
        "h1{font-size:clamp(1.6rem,6vw,2.2rem);line-height:1.15;margin:1rem 0 .5rem}"
        "h1::first-letter{text-transform:uppercase}"
        "h2{font-size:1.2rem;line-height:1.3;margin:2.2rem 0 .6rem;"
        "padding-bottom:.2rem;border-bottom:1px solid var(--line)}"
        "h3{font-size:1.1rem;line-height:1.35;margin:0}"
        "p{margin:.3rem 0 .8rem}article{margin:1.2rem 0 1.6rem}article p{margin:.2rem "
        "0}"
        "article h3 time{display:block;font-size:1rem;color:var(--on)}"
        "time{font-variant-numeric:tabular-nums}"
        ".etat{color:var(--mark);border:1px "
        "solid;border-radius:.25rem;font-size:.85rem;"
        "padding:0 .35rem;white-space:nowrap}"
        ".chapo{font-size:1.15rem}.infos,.licence,figcaption,footer{color:var(--dim);"
        "font-size:.95rem}"
        ".dates{padding-left:1.2rem}.dates li{margin:.5rem 0}"
        ".mois{columns:13rem;padding-left:1.2rem}"
        "dl{margin:0;display:grid;gap:0 1.2rem}dt{font-weight:600}"
        "dd{margin:0 0 .6rem}"
        "figure{margin:1rem 0}img{max-width:100%;max-height:34rem;display:block}"
        "article figure{margin:.5rem 0 0}article img{max-height:14rem}"
        "footer{margin-top:3rem;padding-top:.8rem;border-top:1px solid var(--line)}"
        "@media(min-width:36rem){dl{grid-template-columns:minmax(8rem,max-content) 1fr}"
        "article.soir{display:grid;grid-template-columns:1fr 11rem;gap:0 1.2rem}"
        "article.soir>*{grid-column:1}article.soir>figure{grid-column:2;"
        "grid-row:1/9;margin:0}}"
        "@media print{:root{--on:#000;--dim:#333;--line:#999;--link:#000;--mark:#000;"
        "--ground:#fff;color-scheme:light;font-size:9.5pt}@page{margin:1.6cm}body{max-"
        "width:none;padding:"
        "0;font-size:1rem}"
        "nav,.saut{display:none}a{text-decoration:none}"
        "h1,h2,h3{break-after:avoid}article,li,figure,dd{break-inside:avoid}"
        "article img{max-height:4cm}figure img{max-height:9cm}}";

/* --- the frame -------------------------------------------------------------------- */

void html_text(const char *text, struct buf *out)
{
    text_xml(view_of(text), out);
}

void html_head(const struct delivery *d, const char *title, struct buf *out)
{
    buf_addf(out,
            "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, "
            "initial-scale=1\">\n<title>",
            d->lang);
    html_text(title, out);
    buf_addf(out, "</title>\n<style>%s</style>\n", style);
}

void html_body(const struct delivery *d, const char *up, struct buf *out)
{
    buf_adds(out, "</head>\n<body>\n<a class=\"saut\" href=\"#contenu\">");
    html_text(words(d, WORD_SKIP), out);
    buf_adds(out, "</a>\n");
    if (up) {
        buf_addf(out, "<nav aria-label=\"%s\"><a href=\"%sindex.html\">",
                words(d, WORD_PATH), up);
        html_text(*d->title ? d->title : words(d, WORD_BY_MONTH), out);
        buf_adds(out, "</a></nav>\n");
    }
    buf_adds(out, "<main id=\"contenu\">\n");
}

void html_foot(const struct delivery *d, struct buf *out)
{
    buf_adds(out, "</main>\n");
    if (*d->publisher) {
        buf_adds(out, "<footer>");
        html_text(words(d, WORD_SOURCE), out);
        buf_adds(out, "\u00A0: ");
        html_text(d->publisher, out);
        buf_adds(out, "</footer>\n");
    }
    buf_adds(out, "</body>\n</html>\n");
}

void html_jsonld(struct json *node, struct buf *out)
{
    struct buf text;

    buf_init(&text, 0);
    json_canonical(node, &text);
    buf_adds(out, "<script type=\"application/ld+json\">");
    text_script(buf_view(&text), out);
    buf_adds(out, "</script>\n");
    buf_release(&text);
    json_free(node);
}

/* --- texts ------------------------------------------------------------------------ */

void html_element(const char *name, const char *text, const char *lang, struct buf *out)
{
    if (!text || !*text)
        return;
    buf_addf(out, "<%s", name);
    if (lang) {
        buf_adds(out, " lang=\"");
        html_text(lang, out);
        buf_addc(out, '"');
    }
    buf_addc(out, '>');
    html_text(text, out);
    buf_addf(out, "</%.*s>", (int)strcspn(name, " "), name);
}

void html_field(const struct delivery *d, const char *name, const struct json *body,
        const char *field, struct buf *out)
{
    const char *lang;
    const char *text = words_text(d, body, field, &lang);

    html_element(name, text, lang, out);
}

void html_memo(const struct delivery *d, const struct json *body, const char *field,
        struct buf *out)
{
    const char *lang;
    const char *text = words_text(d, body, field, &lang);

    if (lang) {
        buf_adds(out, "<div lang=\"");
        html_text(lang, out);
        buf_adds(out, "\">\n");
    }
    text_html(view_of(text), out);
    if (lang)
        buf_adds(out, "</div>\n");
}

/* --- a performance ---------------------------------------------------------------- */

static void add_when(const struct delivery *d, const struct performance *p, bool day,
        struct buf *out)
{
    struct buf hours;

    buf_init(&hours, 0);
    words_hours(d, p, &hours);
    if (day)
        words_day(d, p->start.days, out);
    if (day && hours.len)
        buf_adds(out, ", ");
    buf_addv(out, buf_view(&hours));
    buf_release(&hours);
}

void html_time(const struct delivery *d, const struct performance *p, bool day,
        const char *up, struct buf *out)
{
    char date[DATE_ISO_SIZE];
    struct buf text;

    buf_init(&text, 0);
    add_when(d, p, day, &text);
    date_iso(p->start.days, date);
    if (text.len && up)
        buf_addf(out, "<a href=\"%s%.7s.html#%s\">", up, date, date);
    if (text.len) {
        buf_adds(out, "<time datetime=\"");
        text_moment(&p->start, out);
        buf_adds(out, "\">");
        text_xml(buf_view(&text), out);
        buf_addf(out, "</time>%s", up ? "</a>" : "");
    }
    buf_release(&text);
}

void html_status(const struct delivery *d, const struct performance *p, struct buf *out)
{
    const char *status = words_status(d, p);

    if (!status)
        return;
    buf_addc(out, ' ');
    html_element("strong class=\"etat\"", status, NULL, out);
}

void html_place(const struct delivery *d, const struct notice *n,
        const struct performance *p, const char *up, struct buf *out)
{
    const char *name = notice_text(notice_linked(n, p->place), "nom", NULL);
    struct buf text;
    size_t known = 0;

    buf_init(&text, 0);
    words_where(d, n, p, &text);
    if (name && strncmp(text.s, name, strlen(name)) == 0) {
        known = strlen(name);
        buf_addf(out, "<a href=\"%slieux/%s.html\">", up, p->place);
        html_text(name, out);
        buf_adds(out, "</a>");
    }
    html_text(text.s + known, out);
    buf_release(&text);
}

/* --- pictures --------------------------------------------------------------------- */

/* "L’affiche. © Marie Roche (CC BY 4.0)" */
static void add_caption(
        const struct delivery *d, const struct json *row, bool caption, struct buf *out)
{
    const char *credit = json_get_text(row, "credit");
    const char *licence = words_label(
            d, "evenement", "licences_image", json_get_text(row, "licence"));

    if (caption)
        html_field(d, "span", row, "legende", out);
    if (credit) {
        buf_adds(out, caption && words_text(d, row, "legende", NULL) ? ". " : "");
        html_text(credit, out);
    }
    if (credit && licence) {
        buf_adds(out, " (");
        html_text(licence, out);
        buf_addc(out, ')');
    }
}

static void add_link(const struct delivery *d, const struct json *row,
        const char *address, struct buf *out)
{
    const char *caption = words_text(d, row, "legende", NULL);

    buf_adds(out, "<p><a href=\"");
    html_text(address, out);
    buf_adds(out, "\">");
    html_text(words(d, WORD_PHOTO), out);
    buf_adds(out, caption ? "\u00A0: " : "");
    html_text(caption ? caption : "", out);
    buf_adds(out, "</a> ");
    add_caption(d, row, false, out);
    buf_adds(out, "</p>\n");
}

void html_picture(const struct delivery *d, const struct json *row, const char *up,
        struct buf *out)
{
    const char *file = json_get_text(row, "fichier");
    bool address = file && ident_is_address(file);
    const char *suffix = file && !address ? gate_suffix(d->gate, file) : NULL;
    const char *caption = words_text(d, row, "legende", NULL);

    if (address)
        add_link(d, row, file, out);
    if (!suffix)
        return;
    buf_addf(out, "<figure><img loading=\"lazy\" src=\"%s../images/", up);
    html_text(file, out);
    buf_addf(out, ".%s\" alt=\"", suffix);
    html_text(caption ? caption : "", out);
    buf_adds(out, "\">");
    if (caption || json_get_text(row, "credit")) {
        buf_adds(out, "<figcaption>");
        add_caption(d, row, true, out);
        buf_adds(out, "</figcaption>");
    }
    buf_adds(out, "</figure>\n");
}

/* --- rows ------------------------------------------------------------------------- */

void html_licence(const struct delivery *d, const struct notice *n, struct buf *out)
{
    char *address;
    const char *label = told_licence(d, n, &address);

    if (label) {
        buf_addf(out, "<p class=\"licence\">%s\u00A0: ", words(d, WORD_LICENCE));
        if (address) {
            buf_adds(out, "<a rel=\"license\" href=\"");
            html_text(address, out);
            buf_adds(out, "\">");
        }
        html_text(label, out);
        buf_addf(out, "%s</p>\n", address ? "</a>" : "");
    }
    free(address);
}

static void row_begin(void *ctx, const char *label)
{
    html_element("dt", label, NULL, ctx);
    buf_adds(ctx, "<dd>");
}

static void row_part(void *ctx, const char *text, const char *address, const char *lang)
{
    struct buf *out = ctx;

    if (strcmp(out->s + out->len - 4, "<dd>") != 0) /* row_begin wrote it */
        buf_adds(out, ", ");
    if (address) {
        buf_adds(out, "<a href=\"");
        html_text(address, out);
        buf_adds(out, "\">");
    }
    if (lang)
        html_element("span", text, lang, out);
    else
        html_text(text, out);
    if (address)
        buf_adds(out, "</a>");
}

static void row_end(void *ctx)
{
    buf_adds(ctx, "</dd>\n");
}

struct teller html_teller(struct buf *out)
{
    return (struct teller){row_begin, row_part, row_end, out};
}
