#include "source_html.h"

#include <libxml/HTMLparser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

static bool is_ld(xmlNode *node)
{
    xmlChar *type;
    bool yes;

    if (node->type != XML_ELEMENT_NODE ||
            strcasecmp((const char *)node->name, "script") != 0)
        return false;
    type = xmlGetNoNsProp(node, BAD_CAST "type");
    yes = type && strncasecmp((const char *)type, "application/ld+json", 19) == 0;
    xmlFree(type);
    return yes;
}

/* The node after NODE in the order of the page; no recursion, whatever the depth. */
static xmlNode *next_node(xmlNode *node)
{
    if (node->type == XML_ELEMENT_NODE && node->children)
        return node->children;
    while (node && !node->next)
        node = node->parent && node->parent->type == XML_ELEMENT_NODE ? node->parent
                                                                      : NULL;
    return node ? node->next : NULL;
}

int source_html_scripts(struct view page,
        int (*fn)(void *ctx, struct view text, int number, struct err *err), void *ctx,
        struct err *err)
{
    htmlDocPtr doc = NULL;
    int number = 0, rc = 0;

    if (page.n <= INT_MAX)
        doc = htmlReadMemory(page.p, (int)page.n, NULL, NULL,
                HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                        HTML_PARSE_NONET | HTML_PARSE_COMPACT);
    for (xmlNode *node = doc ? xmlDocGetRootElement(doc) : NULL; node && rc == 0;
            node = next_node(node)) {
        xmlChar *text;

        if (!is_ld(node))
            continue;
        if (++number > SOURCE_SCRIPTS_MAX) {
            rc = err_set(err, ERR_LIMIT, N_("the page has too many scripts"));
            break;
        }
        text = xmlNodeGetContent(node);
        if (text)
            rc = fn(ctx, view_of((const char *)text), number, err);
        xmlFree(text);
    }
    xmlFreeDoc(doc);
    if (rc == 0 && number == 0)
        rc = err_set(err, ERR_INVALID, N_("the page tells no event to programs"));
    return rc;
}
