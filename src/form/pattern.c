#include "pattern.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "odus/base/mem.h"

enum { PATTERNS = 64, STEPS_MAX = 100000, PATTERN_BYTES = 1000 };

struct pattern {
    char *source;
    size_t n;
    pcre2_code *code; /* NULL: not a regular expression */
};

static struct pattern cache[PATTERNS];
static size_t next_slot;
static pcre2_match_context *limits;
static pcre2_match_data *match;

static struct pattern *compile(struct view source)
{
    struct pattern *p = &cache[next_slot++ % PATTERNS];
    PCRE2_SIZE where;
    int code;

    free(p->source);
    pcre2_code_free(p->code);
    *p = (struct pattern){view_dup(source), source.n, NULL};
    p->code = pcre2_compile((PCRE2_SPTR)p->source, source.n,
            PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &code, &where, NULL);
#ifndef ODUS_PLAIN_PATTERNS /* for valgrind, see tests.mk */
    if (p->code)
        pcre2_jit_compile(p->code, PCRE2_JIT_COMPLETE);
#endif
    return p;
}

static struct pattern *find(struct view source)
{
    for (size_t i = 0; i < PATTERNS; i++)
        if (cache[i].source &&
                view_eq((struct view){cache[i].source, cache[i].n}, source))
            return &cache[i];
    return compile(source);
}

int pattern_matches(struct view source, struct view text)
{
    struct pattern *p;
    int rc;

    if (source.n > PATTERN_BYTES)
        return -1;
    p = find(source);
    if (!p->code)
        return -1;
    if (!limits) {
        limits = pcre2_match_context_create(NULL);
        match = pcre2_match_data_create(1, NULL);
        if (!limits || !match)
            mem_panic("odus: out of memory");
        pcre2_set_match_limit(limits, STEPS_MAX);
        pcre2_set_depth_limit(limits, STEPS_MAX);
    }
    rc = pcre2_match(
            p->code, (PCRE2_SPTR)(text.n ? text.p : ""), text.n, 0, 0, match, limits);
    return rc >= 0 ? 1 : rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}
