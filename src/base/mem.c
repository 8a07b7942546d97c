#include "odus/base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*panic_hook)(void);

void mem_on_panic(void (*hook)(void))
{
    panic_hook = hook;
}

void mem_panic(const char *why)
{
    void (*hook)(void) = panic_hook;

    panic_hook = NULL;
    if (hook)
        hook();
    if (write(STDERR_FILENO, why, strlen(why)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
        abort();
    abort();
}

static void *checked(void *ptr)
{
    if (!ptr)
        mem_panic("odus: out of memory");
    return ptr;
}

void *xmalloc(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
    return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *ptr, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / size)
        mem_panic("odus: allocation too large");
    return checked(realloc(ptr, count && size ? count * size : 1));
}

char *xstrdup(const char *text)
{
    return text ? xstrndup(text, strlen(text)) : NULL;
}

char *xstrndup(const char *text, size_t n)
{
    char *copy = xmalloc(n + 1);

    memcpy(copy, text, n);
    copy[n] = '\0';
    return copy;
}

char *xasprintf(const char *fmt, ...)
{
    va_list ap;
    char *text = NULL;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0)
        mem_panic("odus: cannot format text");
    return text;
}

void *mem_grow(void *array, size_t count, size_t *cap, size_t size)
{
    if (array && count < *cap)
        return array;
    *cap = *cap < 8 ? 8 : *cap * 2;
    return xrealloc(array, *cap, size);
}
