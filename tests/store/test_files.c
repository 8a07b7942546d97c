/* Files that records name: names, kinds, the folder, and what waits. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "box.h"
#include "box_forms.h"
#include "box_replica.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/store/files.h"

static const char png[] = "\x89PNG\r\n\x1a\n and what comes after";
static const char form[] = "[form affiche]\nlabel=Affiche\nlanguages=fr\ntitle=titre\n"
                           "[field titre]\ntype=text\nlabel=Titre\n"
                           "[field statut_fiche]\ntype=text\nlabel=État\n"
                           "[field uid]\ntype=text\nlabel=Id\n"
                           "[field modifie_par]\ntype=text\nlabel=Par\n"
                           "[repeat images]\nlabel=Images\n"
                           "[field images.fichier]\ntype=file\nlabel=Fichier\n";

static struct store *store;
static struct forms *forms;
static struct err err;
static char hash[HASH_256_TEXT];

static int make(void **state)
{
    int rc = box_make(state);

    if (rc)
        return rc;
    store = box_open();
    forms = box_forms(store);
    box_form_file("affiche.form", form);
    hash_blake2b256(view_of(png), hash);
    return 0;
}

static int undo(void **state)
{
    forms_free(forms);
    store_close(store);
    return box_remove(state);
}

/* Record 1 comes from PEER and names the file twice, and an address. */
static void name_it(int64_t peer)
{
    char more[500];

    snprintf(more, sizeof(more),
            "'type':'affiche','images':[{'id':'a','fichier':'%s'},"
            "{'id':'b','fichier':'https://x.fr/a.jpg'},{'id':'c','fichier':'%s'}]",
            hash, hash);
    assert_int_equal(
            box_pull(store, forms, peer, box_uid(1), "1-a", more), REPLICA_ADDED);
}

static size_t count_due(int64_t peer)
{
    struct files_item *due = NULL;
    size_t n = 0;

    assert_int_equal(files_due(store, peer, 10, &due, &n, &err), 0);
    free(due);
    return n;
}

static size_t count_missing(const char *uid)
{
    struct files_item *all = NULL;
    size_t n = 0;

    assert_int_equal(files_missing(store, uid, 10, &all, &n, &err), 0);
    free(all);
    return n;
}

static enum replica_state state_of(const char *uid)
{
    struct replica_standing s;

    assert_int_equal(replica_standing(store, uid, &s, &err), 0);
    return s.state;
}

static void files__names__are_read_whole_or_not(void **state)
{
    char id[FILES_ID], back[HASH_256_TEXT], rev[FILES_REV], wrong[FILES_ID + 1];

    (void)state;
    snprintf(id, sizeof(id), FILES_PREFIX "%s", hash);
    assert_true(files_read_id(id, back));
    assert_string_equal(back, hash);
    files_rev(hash, rev);
    assert_int_equal(strlen(rev), 34);
    assert_memory_equal(rev + 2, hash, 32);
    snprintf(wrong, sizeof(wrong), "%sa", id);
    assert_false(files_read_id(wrong, back));
    id[20] = 'G';
    assert_false(files_read_id(id, back));
    assert_false(files_read_id("fichier:", back));
    assert_false(files_read_id(box_uid(1), back));
}

static void files__kinds__by_their_first_bytes(void **state)
{
    (void)state;
    assert_string_equal(files_type(view_of(png)), "image/png");
    assert_string_equal(files_type(VIEW_LIT("\xff\xd8\xff\xe0")), "image/jpeg");
    assert_string_equal(files_type(VIEW_LIT("RIFF....WEBPVP8 ")), "image/webp");
    assert_string_equal(files_type(VIEW_LIT("%PDF-1.4")), "application/pdf");
    assert_null(files_type(VIEW_LIT("RIFF....WAVEfmt ")));
    assert_null(files_type(VIEW_LIT("<svg")));
    assert_null(files_type(VIEW_LIT("%PDF")));
    assert_null(files_type(VIEW_LIT("")));
}

static void files__put__takes_only_what_it_is_called(void **state)
{
    char other[HASH_256_TEXT];
    struct buf out;

    (void)state;
    assert_int_equal(files_put(store, hash, VIEW_LIT("%PDF-1.4"), &err), ERR_INVALID);
    hash_blake2b256(VIEW_LIT("#!/bin/sh"), other);
    assert_int_equal(files_put(store, other, VIEW_LIT("#!/bin/sh"), &err), ERR_INVALID);
    assert_int_equal(files_put(store, hash, view_of(png), &err), 0);
    assert_int_equal(files_put(store, hash, view_of(png), &err), 0);
    assert_int_equal(files_read(store, hash, &out, &err), 0);
    assert_int_equal(out.len, sizeof(png) - 1);
    buf_release(&out);
    assert_int_equal(files_read(store, other, &out, &err), ERR_NOT_FOUND);
    buf_release(&out);
}

static void files__finish__keeps_a_good_part_and_drops_another(void **state)
{
    char *part = files_part_path(store, hash), *path = files_path(store, hash);

    (void)state;
    assert_int_equal(file_write_atomic(part, VIEW_LIT("%PDF-1.4 no"), 0600, &err), 0);
    assert_int_equal(files_finish(store, hash, &err), ERR_INVALID);
    assert_false(file_exists(part));
    assert_int_equal(file_write_atomic(part, view_of(png), 0600, &err), 0);
    assert_int_equal(files_finish(store, hash, &err), 0);
    assert_true(file_exists(path));
    assert_false(file_exists(part));
    free(part);
    free(path);
}

static void files__parts__go_after_a_month(void **state)
{
    struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
    char *part = files_part_path(store, hash);

    (void)state;
    assert_int_equal(file_write_atomic(part, VIEW_LIT("%PDF-1.4"), 0600, &err), 0);
    assert_int_equal(files_look(store, &err), 0);
    assert_true(file_exists(part));
    assert_int_equal(utimensat(AT_FDCWD, part, old, 0), 0);
    assert_int_equal(files_look(store, &err), 0);
    assert_false(file_exists(part));
    free(part);
}

static void files__named__missing_then_here_then_gone(void **state)
{
    struct files_item *all = NULL;
    char *path = files_path(store, hash);
    size_t n = 0;

    (void)state;
    name_it(0);
    assert_int_equal(count_missing(NULL), 1);
    assert_int_equal(count_missing(box_uid(1)), 1);
    assert_int_equal(count_missing(box_uid(2)), 0);
    assert_int_equal(files_put(store, hash, view_of(png), &err), 0);
    assert_int_equal(count_missing(NULL), 0);
    assert_int_equal(files_list(store, NULL, &all, &n, &err), 0);
    assert_int_equal(n, 1);
    assert_string_equal(all[0].uid, box_uid(1));
    assert_string_equal(all[0].container, "commons");
    free(all);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(files_look(store, &err), 0);
    assert_int_equal(count_missing(NULL), 1);
    free(path);
}

static void files__standing__waits_for_what_is_here_P15(void **state)
{
    int64_t peer = box_peer(store, "https://a.example");
    struct replica_entry *queue = NULL;
    size_t n = 0;

    (void)state;
    name_it(peer);
    assert_int_equal(state_of(box_uid(1)), REPLICA_SENT);
    assert_int_equal(count_due(peer), 0);
    assert_int_equal(files_put(store, hash, view_of(png), &err), 0);
    assert_int_equal(state_of(box_uid(1)), REPLICA_WAITING);
    assert_int_equal(count_due(peer), 1);
    assert_int_equal(replica_queue(store, 10, &queue, &n, &err), 0);
    assert_int_equal(n, 1);
    replica_entries_free(queue, n);
    assert_int_equal(files_confirm(store, peer, "commons", hash, &err), 0);
    assert_int_equal(state_of(box_uid(1)), REPLICA_SENT);
    assert_int_equal(count_due(peer), 0);
    /* another server in its place has nothing */
    assert_int_equal(replica_restart(store, peer, "commons", "e2", &err), 0);
    assert_int_equal(state_of(box_uid(1)), REPLICA_WAITING);
    assert_int_equal(count_due(peer), 0); /* first the text */
}

static void files__held__does_not_go(void **state)
{
    int64_t peer = box_peer(store, "https://a.example");

    (void)state;
    name_it(peer);
    assert_int_equal(files_put(store, hash, view_of(png), &err), 0);
    assert_int_equal(replica_hold(store, box_uid(1), true, &err), 0);
    assert_int_equal(count_due(peer), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, make, undo)
    const struct CMUnitTest tests[] = {
            T(files__names__are_read_whole_or_not),
            T(files__kinds__by_their_first_bytes),
            T(files__put__takes_only_what_it_is_called),
            T(files__finish__keeps_a_good_part_and_drops_another),
            T(files__parts__go_after_a_month),
            T(files__named__missing_then_here_then_gone),
            T(files__standing__waits_for_what_is_here_P15),
            T(files__held__does_not_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
