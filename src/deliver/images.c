/* The pictures that events name, under the hash of their content: pages and platforms
 * take them from here. One that many events name is there once. */
#include <string.h>

#include "formats.h"
#include "ident.h"

static void add(struct gate *gate, const char *hash, struct outlet *out)
{
    const char *suffix = gate_suffix(gate, hash);
    struct buf path, content;

    if (!suffix) {
        outlet_note(out, NOTE_LOST, "images.fichier",
                N_("The picture is not on this machine: odus files fetch brings it."),
                NULL, NULL);
        return;
    }
    if (gate_picture(gate, hash, &content, NULL) == 0) {
        buf_init(&path, 0);
        buf_addf(&path, "images/%s.%s", hash, suffix);
        outlet_shared(out, path.s, NULL, "", buf_view(&content));
        buf_release(&path);
    }
    buf_release(&content);
}

static void make(const struct delivery *d, const struct notice *n, struct outlet *out)
{
    const struct json *rows = notice_images(n);

    for (size_t i = 0; i < json_len(rows); i++) {
        const char *file = json_get_text(json_at(rows, i), "fichier");

        if (file && !ident_is_address(file))
            add(d->gate, file, out);
    }
}

const struct format format_images = {
        .name = "images",
        .label = N_("The pictures that the other formats name"),
        .types = (const char *const[]){"evenement", NULL},
        .version = 1,
        .make = make,
};
