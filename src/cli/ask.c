#include "ask.h"

#include <stdio.h>

#include "odus/base/utf8.h"
#include "out.h"

bool ask_line(struct buf *out)
{
    int c;

    fflush(stdout);
    buf_release(out);
    buf_init(out, ASK_LINE_MAX);
    c = getchar();
    if (c == EOF)
        return false;
    for (; c != EOF && c != '\n'; c = getchar())
        if (c != '\r')
            buf_addc(out, c ? (char)c : ' ');
    return true;
}

bool is_yes(struct view answer)
{
    static const char *const words[] = {"y", "yes", "o", "oui", "s", "si"};
    struct buf folded;
    bool yes = false;

    buf_init(&folded, 0);
    utf8_fold(answer, &folded);
    for (size_t i = 0; i < COUNT(words); i++)
        yes = yes || view_is(buf_view(&folded), words[i]);
    buf_release(&folded);
    return yes;
}

bool ask_yes(const char *question)
{
    struct buf answer;
    bool yes;

    out_line("%s", question);
    buf_init(&answer, 0);
    yes = ask_line(&answer) && is_yes(buf_view(&answer));
    buf_release(&answer);
    return yes;
}
