/* Files that records name, for people. */
#include "odus/app/files.h"

#include <stdlib.h>
#include <string.h>

#include "app_priv.h"
#include "odus/app/sync.h"
#include "odus/base/mem.h"
#include "odus/store/files.h"

static char *title_of(struct app *app, const char *uid)
{
    struct buf title;

    buf_init(&title, 0);
    (void)forms_title(app->forms, uid, &title);
    return buf_take(&title);
}

int app_files(struct app *app, const char *uid, struct app_file **ret, size_t *ret_n,
        struct err *err)
{
    struct files_item *all = NULL;
    size_t n = 0;
    int rc = app_read_only(app) ? 0 : files_look(app->store, err);

    if (rc == 0)
        rc = files_list(app->store, uid, &all, &n, err);
    if (rc)
        return rc;
    *ret = xcalloc(n + 1, sizeof(**ret));
    for (size_t i = 0; i < n; i++) {
        struct app_file *f = &(*ret)[i];

        *f = (struct app_file){.title = title_of(app, all[i].uid),
                .bytes = all[i].bytes,
                .waits = all[i].waits};
        memcpy(f->hash, all[i].hash, sizeof(f->hash));
        memcpy(f->uid, all[i].uid, sizeof(f->uid));
    }
    free(all);
    *ret_n = n;
    return 0;
}

void app_files_free(struct app_file *files, size_t n)
{
    for (size_t i = 0; files && i < n; i++)
        free(files[i].title);
    free(files);
}

int app_file_add(struct app *app, const char *path, char ret_hash[HASH_256_TEXT],
        struct err *err)
{
    return files_add(app->store, path, ret_hash, err);
}

int app_files_fetch(struct app *app, const char *url, struct json *uids,
        struct worker **ret, struct err *err)
{
    struct json *job;
    int rc = app_server_job(app, "fetch", url, &job, err);

    if (rc < 0) {
        json_free(uids);
        return rc;
    }
    json_set_take(job, "fetch", uids);
    if (!json_get(job, "url")) {
        json_free_secret(job);
        return err_set(err, ERR_USAGE,
                N_("no server is set; give its address: odus sync URL"));
    }
    return worker_start(app, "sync", job, ret, err);
}
