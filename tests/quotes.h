#ifndef ODUS_TESTS_QUOTES_H
#define ODUS_TESTS_QUOTES_H

/** JSON in the sources of tests is written with ' for ", which C need not escape. */

/** TEXT with its ' made ", in place. Returns TEXT. */
static inline char *quotes(char *text)
{
    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    return text;
}

#endif
