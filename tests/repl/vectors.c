#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "odus/base/file.h"
#include "peer.h"
#include "vectors.h"

/* An ordinary record with the members of CHANGES, NULL for one that is not there. */
static struct json *document(const struct json *changes)
{
    struct json *doc = peer_json("{'_id':'" PEER_A "','uid':'" PEER_A "',"
                                 "'type':'evenement','titre':'a',"
                                 "'modifie_par':'anne','statut_fiche':'publie'}");

    if (json_kind(changes) != JSON_KIND_OBJECT) {
        json_free(doc);
        return json_new_null();
    }
    for (struct json_iter it = {0}; json_iter(changes, &it);)
        json_set_take(doc, it.key,
                json_kind(it.val) == JSON_KIND_NULL ? NULL : json_dup(it.val));
    return doc;
}

struct json *vectors_read(void)
{
    struct json *all = NULL;
    struct buf text;

    assert_int_equal(file_read("tests/repl/roles.json", 1 << 20, &text, NULL), 0);
    assert_int_equal(json_parse(buf_view(&text), 0, &all, NULL), 0);
    buf_release(&text);
    for (size_t i = 0; i < json_len(all); i++) {
        struct json *one = json_at(all, i);

        json_set_take(one, "new", document(json_get(one, "new")));
        json_set_take(one, "old", document(json_get(one, "old")));
        if (!json_get(one, "user"))
            json_set_take(one, "user", json_text(VIEW_LIT("anne")));
        if (!json_get(one, "training"))
            json_set_take(one, "training", json_bool(false));
    }
    return all;
}
