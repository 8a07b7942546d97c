/*
 * fill DIR [WHAT N]...: makes what the timings work on, in DIR, unless it is there:
 *   store N     store-N: a store of N events (corpus.h)
 *   calcurse N  calcurse-N: its data folder with N appointments round today
 *   csv N       events.csv: N events for `odus import`
 *   form N      forms/grand.form: a form of N text fields, a repeat, and a field with a
 *               list of 100,000 entries
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bench/corpus.h"
#include "odus/base/date.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

enum { LONG_LIST = 100000, FIELDS_A_SECTION = 50 };

static const char *dir;
static struct err err;

static void must(int rc)
{
    struct buf text;

    if (rc >= 0)
        return;
    buf_init(&text, 0);
    err_text(&err, NULL, &text);
    fprintf(stderr, "fill: %s\n", text.s);
    exit(1);
}

/* --- whether it is there ---------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static char *version_of(const char *path)
{
    return xasprintf("%s.version", path);
}

static bool is_there(const char *path)
{
    char *mark = version_of(path);
    struct buf text;
    long long version = 0;

    if (file_read(mark, 100, &text, NULL) == 0) {
        if (!view_int(buf_view(&text), &version))
            version = 0;
        buf_release(&text);
    }
    free(mark);
    return version == CORPUS_VERSION;
}

static void set_there(const char *path)
{
    char *mark = version_of(path), *text = xasprintf("%d", CORPUS_VERSION);

    must(file_write_atomic(mark, view_of(text), 0600, &err));
    free(text);
    free(mark);
}

/* --- stores ----------------------------------------------------------------------- */

static void fill_store(int n)
{
    char *path = xasprintf("%s/store-%d", dir, n);
    struct store *store;

    if (!is_there(path)) {
        nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        fprintf(stderr, "making a store of %d events\n", n);
        must(store_open(&(struct store_options){.dir = path}, &store, &err));
        must(corpus_fill(store, n, &err));
        store_close(store);
        set_there(path);
    }
    free(path);
}

/* --- texts ------------------------------------------------------------------------ */

static void write_text(const char *folder, const char *name, struct buf *text)
{
    char *at = xasprintf("%s/%s", dir, folder), *path = file_join(at, name);

    must(file_mkdirs(at, 0700, &err));
    must(file_write_atomic(path, buf_view(text), 0600, &err));
    buf_release(text);
    free(path);
    free(at);
}

/* Appointments go by the real day, so these are made every time. */
static void fill_calcurse(int n)
{
    char *folder = xasprintf("calcurse-%d", n);
    int32_t today = (int32_t)(time(NULL) / 86400);
    struct buf text;

    buf_init(&text, 0);
    for (int i = 0; i < n; i++) {
        int offset = i ? (int)((int64_t)i * CORPUS_DAYS / n) - CORPUS_DAYS / 2 : 0;
        char iso[DATE_ISO_SIZE], *title = corpus_title(4);
        int hour = 17 + (int)corpus_chance(5);

        date_iso(today + offset, iso);
        for (int end = 0; end < 2; end++)
            buf_addf(&text, "%s%.2s/%.2s/%.4s @ %02d:00", end ? " -> " : "", iso + 5,
                    iso + 8, iso, hour + end);
        buf_addf(&text, " |%s\n", i ? title : "Fanfare");
        free(title);
    }
    write_text(folder, "apts", &text);
    free(folder);
}

static void fill_csv(int n)
{
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, "titre,date,heure,fin,genre,accroche,tarif\n");
    for (int i = 0; i < n; i++) {
        char iso[DATE_ISO_SIZE], *title = corpus_title(5), *teaser = corpus_title(12);

        date_iso(CORPUS_TODAY + i % 700, iso);
        buf_addf(&text, "%s %d,%s,20:30,22:00,theatre,%s,%u\n", title, i, iso, teaser,
                5 + corpus_chance(20));
        free(title);
        free(teaser);
    }
    write_text(".", "events.csv", &text);
}

static void fill_list(void)
{
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, "code,label\n");
    for (int i = 0; i < LONG_LIST; i++) {
        char *label = corpus_title(3);

        buf_addf(&text, "c%06d,%s\n", i, label);
        free(label);
    }
    write_text("forms", "choix.csv", &text);
}

static void fill_form(int n)
{
    struct buf text;

    buf_init(&text, 0);
    buf_adds(&text, "[form grand]\nlabel=Grand\nlanguages=fr\ntitle=champ0\n\n"
                    "[list choix]\nfile=choix.csv\n\n");
    for (int i = 0; i < n; i++) {
        if (i % FIELDS_A_SECTION == 0)
            buf_addf(&text, "[section s%d]\nlabel=Partie %d\n\n", i, i);
        buf_addf(&text, "[field champ%d]\ntype=text\nlabel=Champ %d\n\n", i, i);
        if (i % 5 == 4)
            buf_addf(&text,
                    "[rule r%d]\non=champ%d champ%d\nseverity=warning\n"
                    "check=champ%d <> champ%d\nmessage=Deux fois la même chose.\n\n",
                    i, i, i - 1, i, i - 1);
    }
    buf_adds(&text, "[section choix]\nlabel=Choix\n\n"
                    "[field choix]\ntype=one choix\nlabel=Choix\n\n"
                    "[section lignes]\nlabel=Lignes\n\n"
                    "[repeat lignes]\nlabel=Lignes\nmax=1000\ntitle=nom\n\n"
                    "[field lignes.nom]\ntype=text\nlabel=Nom\nrequired=yes\n\n"
                    "[field lignes.nombre]\ntype=integer\nlabel=Nombre\ndefault=1\n\n"
                    "[rule nombre]\non=lignes.nombre\nseverity=error\n"
                    "check=nombre > 0\nmessage=Il en faut un.\n\n"
                    "[rule somme]\non=champ0\nseverity=warning\n"
                    "check=(select sum(nombre) from lignes) < 5000\n"
                    "message=Cela fait beaucoup.\n");
    write_text("forms", "grand.form", &text);
    fill_list();
}

/* --- main ------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*fill)(int n);
} kinds[] = {{"store", fill_store}, {"calcurse", fill_calcurse}, {"csv", fill_csv},
        {"form", fill_form}};

static bool fill(const char *what, const char *number)
{
    long long n;

    if (!view_int(view_of(number), &n) || n < 0 || n > 10000000)
        return false;
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (strcmp(kinds[i].name, what) == 0) {
            corpus_init();
            kinds[i].fill((int)n);
            return true;
        }
    return false;
}

int main(int argc, char **argv)
{
    dir = argc > 1 ? argv[1] : ".";
    for (int i = 2; i + 1 < argc; i += 2)
        if (!fill(argv[i], argv[i + 1])) {
            fprintf(stderr, "usage: fill DIR [store|calcurse|csv|form N]...\n");
            return 2;
        }
    corpus_release();
    return 0;
}
