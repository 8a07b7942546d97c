/* Plural formulas of catalogues: the operators of C over the one variable n. */
#include "odus/base/i18n.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { DEPTH_MAX = 50 };

struct formula {
    const char *p;
    unsigned long n;
    int depth;
    bool bad;
};

/* From loosest to tightest; longer signs of a level come first. */
static const struct operator
{
    const char *sign;
    int level;
}
operators[] = {{"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3}, {"<=", 4}, {">=", 4},
        {"<", 4}, {">", 4}, {"+", 5}, {"-", 5}, {"*", 6}, {"/", 6}, {"%", 6}};

static unsigned long ternary(struct formula *f);

static void skip(struct formula *f)
{
    while (isspace((unsigned char)*f->p))
        f->p++;
}

static bool accept(struct formula *f, char c)
{
    skip(f);
    if (*f->p != c)
        return false;
    f->p++;
    return true;
}

static unsigned long number(struct formula *f)
{
    unsigned long value = 0;

    f->bad = f->bad || !isdigit((unsigned char)*f->p);
    for (; isdigit((unsigned char)*f->p); f->p++)
        value = value * 10 + (unsigned long)(*f->p - '0');
    return value;
}

static unsigned long operand(struct formula *f)
{
    unsigned long value;

    if (++f->depth > DEPTH_MAX)
        f->bad = true;
    if (f->bad)
        return 0;
    if (accept(f, 'n')) {
        value = f->n;
    } else if (accept(f, '!')) {
        value = !operand(f);
    } else if (accept(f, '(')) {
        value = ternary(f);
        f->bad = f->bad || !accept(f, ')');
    } else {
        value = number(f);
    }
    f->depth--;
    return value;
}

static const struct operator* next_operator(struct formula *f, int level)
{
    skip(f);
    for (size_t i = 0; i < COUNT(operators); i++)
        if (strncmp(f->p, operators[i].sign, strlen(operators[i].sign)) == 0)
            return operators[i].level >= level ? &operators[i] : NULL;
    return NULL;
}

static unsigned long apply(
        struct formula *f, const char *sign, unsigned long a, unsigned long b)
{
    switch (sign[0]) {
    case '|': return a || b;
    case '&': return a && b;
    case '=': return a == b;
    case '!': return a != b;
    case '<': return sign[1] ? a <= b : a < b;
    case '>': return sign[1] ? a >= b : a > b;
    case '+': return a + b;
    case '-': return a - b;
    case '*': return a * b;
    default: break;
    }
    if (b == 0) {
        f->bad = true;
        return 0;
    }
    return sign[0] == '/' ? a / b : a % b;
}

static unsigned long binary(struct formula *f, int level)
{
    unsigned long value = operand(f);
    const struct operator* op;

    while (!f->bad && (op = next_operator(f, level)) != NULL) {
        f->p += strlen(op->sign);
        value = apply(f, op->sign, value, binary(f, op->level + 1));
    }
    return value;
}

static unsigned long ternary(struct formula *f)
{
    unsigned long value, yes, no;

    if (++f->depth > DEPTH_MAX)
        f->bad = true;
    value = binary(f, 1);
    if (!f->bad && accept(f, '?')) {
        yes = ternary(f);
        f->bad = f->bad || !accept(f, ':');
        no = f->bad ? 0 : ternary(f);
        value = value ? yes : no;
    }
    f->depth--;
    return value;
}

unsigned long i18n_plural(const char *formula, unsigned long n)
{
    struct formula f = {.p = formula, .n = n};
    unsigned long value = ternary(&f);

    skip(&f);
    return f.bad || (*f.p && *f.p != ';') ? 0 : value;
}
