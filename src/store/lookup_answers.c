/* The finders by name, with a memory: an event of 200 séances asks 401 questions. */
#include <stdlib.h>
#include <string.h>

#include "lookup_priv.h"

enum { QUESTION_MAX = 1000 /* bytes; longer ones are asked each time */ };

static const struct finder {
    const char *name;
    bool (*find)(struct forms *forms, const char *const *args, struct buf *out);
} finders[] = {
        {"near_duplicate", find_near_duplicate},
        {"venue_clash", find_venue_clash},
        {"town_clash", find_town_clash},
};

static const struct finder *finder_of(const char *name)
{
    for (size_t i = 0; i < COUNT(finders); i++)
        if (strcmp(finders[i].name, name) == 0)
            return &finders[i];
    return NULL;
}

static void answer_clear(struct answer *a)
{
    free(a->question);
    free(a->text);
    *a = (struct answer){0};
}

void answers_release(struct answers *answers)
{
    for (size_t i = 0; answers->any && i < ANSWERS; i++)
        answer_clear(&answers->at[i]);
    answers->any = false;
}

/* Neither two finders nor two lists of arguments give the same bytes. */
static void write_question(
        const char *name, const char *const *args, int nargs, struct buf *out)
{
    buf_add(out, name, strlen(name) + 1);
    for (int i = 0; i < nargs; i++) {
        buf_addc(out, args[i] ? '=' : '-');
        if (args[i])
            buf_add(out, args[i], strlen(args[i]) + 1);
    }
}

static bool is_answer(const struct answer *a, struct view question, int64_t generation)
{
    return a->question && a->generation == generation &&
           view_eq((struct view){a->question, a->length}, question);
}

static void keep(
        struct answer *a, struct view question, int64_t generation, const char *text)
{
    answer_clear(a);
    if (question.n <= QUESTION_MAX)
        *a = (struct answer){generation, view_dup(question), question.n, xstrdup(text)};
}

bool answers_find(struct answers *answers, int64_t generation, struct forms *forms,
        const char *name, const char *const *args, int nargs, struct buf *out)
{
    const struct finder *finder = finder_of(name);
    struct buf question;
    struct answer *a;
    bool found;

    if (!finder)
        return false;
    buf_init(&question, 0);
    write_question(name, args, nargs, &question);
    a = &answers->at[lookup_hash(buf_view(&question)) % ANSWERS];
    if (is_answer(a, buf_view(&question), generation)) {
        found = a->text != NULL;
        if (found)
            buf_adds(out, a->text);
    } else {
        found = finder->find(forms, args, out);
        answers->any = true;
        keep(a, buf_view(&question), generation, found ? out->s : NULL);
    }
    buf_release(&question);
    return found;
}
