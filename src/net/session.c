#include "session.h"

#include <string.h>

#include "odus/base/mem.h"

static const char before_name[] = "{\"name\":\"",
                  before_password[] = "\",\"password\":\"", at_end[] = "\"}";

enum { LONGEST_ESCAPE = 6 };

static char *add(char *to, const char *text)
{
    size_t n = strlen(text);

    memcpy(to, text, n);
    return to + n;
}

static char *add_escaped(char *to, const char *text)
{
    static const char hex[] = "0123456789abcdef";

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c < 0x20) {
            to = add(to, "\\u00");
            *to++ = hex[c >> 4];
            *to++ = hex[c & 15];
            continue;
        }
        if (c == '"' || c == '\\')
            *to++ = '\\';
        *to++ = *text;
    }
    return to;
}

char *session_body(const char *user, const char *secret)
{
    size_t escaped = LONGEST_ESCAPE * (strlen(user) + strlen(secret));
    char *body = xmalloc(
            escaped + sizeof(before_name) + sizeof(before_password) + sizeof(at_end));
    char *to = add_escaped(add(body, before_name), user);

    to = add_escaped(add(to, before_password), secret);
    *add(to, at_end) = '\0';
    return body;
}
