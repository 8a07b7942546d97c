/* The pictures that notices name. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "notice_priv.h"
#include "odus/store/files.h"

const struct json *notice_images(const struct notice *n)
{
    const struct json *own = json_get(n->body, "images");
    const struct json *shows = json_get(n->body, "spectacles");

    for (size_t i = 0; json_len(own) == 0 && i < json_len(shows); i++)
        own = json_get(notice_linked(n, json_as_text(json_at(shows, i))), "images");
    return json_len(own) ? own : NULL;
}

const char *gate_suffix(struct gate *gate, const char *hash)
{
    static const struct {
        const char *type, *suffix;
    } known[] = {{"image/jpeg", "jpg"}, {"image/png", "png"}, {"image/webp", "webp"}};
    char *path = files_path(gate->store, hash);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char head[FILES_HEAD];
    ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
    const char *type = n > 0 ? files_type((struct view){head, (size_t)n}) : NULL;

    if (fd >= 0)
        close(fd);
    free(path);
    for (size_t i = 0; type && i < sizeof(known) / sizeof(known[0]); i++)
        if (strcmp(type, known[i].type) == 0)
            return known[i].suffix;
    return NULL;
}

int gate_picture(struct gate *gate, const char *hash, struct buf *out, struct err *err)
{
    return files_read(gate->store, hash, out, err);
}
