/* A file that is named where a record asks for one is copied into the store; what the
 * record holds is its hash. */
#include <stdlib.h>
#include <sys/stat.h>

#include "entry_priv.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/store/files.h"

static bool is_file(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* An address, a hash, or the name of a file that is nowhere stay as they are. */
static int take_part(
        struct entry *en, struct view part, struct buf *out, struct err *err)
{
    char *path = file_typed(part);
    char hash[HASH_256_TEXT] = "";
    int rc = 0;

    if (is_file(path))
        rc = files_add(en->app->store, path, hash, err);
    else if (*path == '/')
        rc = err_set(err, ERR_INVALID, N_("there is no file %1$s"), path);
    if (rc == 0)
        buf_addv(out, *hash ? view_of(hash) : part);
    free(path);
    return rc;
}

int entry_take_files(struct entry *en, const struct form_field *f, struct view typed,
        struct buf *out, struct err *err)
{
    struct view part;
    int rc = 0;

    if (!form_is_list(f))
        return take_part(en, view_trim(typed), out, err);
    while (rc == 0 && input_part(&typed, false, &part)) {
        if (out->len)
            buf_addc(out, '\n');
        rc = take_part(en, part, out, err);
    }
    return rc;
}
