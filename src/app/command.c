#include "odus/app/command.h"

#include <string.h>

#include "odus/base/utf8.h"

static const struct command commands[] = {
#define COMMAND(id, name, args, where, keys, summary)                                  \
    [CMD_##id] = {CMD_##id, name, args, where, keys, summary},
#include "odus/app/commands.def"
#undef COMMAND
};

const struct command *command_get(enum command_id id)
{
    return &commands[id];
}

const struct command *command_find(const char *name, unsigned where)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if ((commands[i].where & where) && strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

const char *command_nearest(const char *name, unsigned where)
{
    const char *best = NULL;
    double least = 0.5;

    for (size_t i = 0; i < COUNT(commands); i++) {
        double d =
                commands[i].where & where ? utf8_distance(name, commands[i].name) : 1;

        if (d < least) {
            least = d;
            best = commands[i].name;
        }
    }
    return best;
}

static bool has_key(const char *keys, const char *key)
{
    size_t n = strlen(key);

    while (*keys) {
        size_t len = strcspn(keys, " ");

        if (len == n && memcmp(keys, key, n) == 0)
            return true;
        keys += len + (keys[len] == ' ');
    }
    return false;
}

const struct command *command_for_key(const char *key, unsigned where)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if ((commands[i].where & where) && has_key(commands[i].keys, key))
            return &commands[i];
    return NULL;
}
