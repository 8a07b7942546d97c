/* Long lists as documents: published here, taken up there. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "box_forms.h"
#include "box_replica.h"
#include "odus/base/file.h"
#include "odus/base/hash.h"
#include "odus/base/mem.h"
#include "odus/store/lists.h"
#include "odus/store/publish.h"
#include "odus/store/search.h"

static struct store *here, *there;
static struct forms *forms, *theirs;
static struct err err;

static int open_both(void **state)
{
    struct store_options so;
    struct forms_options fo;

    if (box_make(state))
        return -1;
    memset(&err, 0, sizeof(err));
    here = box_open();
    forms = box_forms(here);
    so = (struct store_options){.dir = box_path("there")};
    assert_int_equal(store_open(&so, &there, &err), 0);
    fo = (struct forms_options){.dir = box_path("theirs"), .lang = "fr"};
    assert_int_equal(file_mkdirs(fo.dir, 0700, &err), 0);
    theirs = forms_new(there, &fo);
    return 0;
}

static int close_both(void **state)
{
    forms_free(theirs);
    store_close(there);
    forms_free(forms);
    store_close(here);
    return box_remove(state);
}

/* --- help ------------------------------------------------------------------------- */

static char *file_of(const char *name)
{
    return file_join(box_path("forms"), name);
}

/* DOC goes into the other store; why it is not used there, "" where it is. */
static const char *give_doc(const struct replica_doc *doc)
{
    struct replica_doc copy = *doc;
    struct replica_slice slice = {.container = "commons", .docs = &copy, .n = 1};
    enum replica_outcome outcome = REPLICA_REFUSED;
    static struct err why;

    memset(&why, 0xAA, sizeof(why)); /* nobody has to clear it */
    assert_int_equal(replica_apply(there, theirs, &slice, &outcome, &why, &err), 0);
    assert_int_not_equal(outcome, REPLICA_REFUSED);
    return why.id ? why.id : "";
}

static const char *give(const char *uid)
{
    struct replica_doc doc;
    const char *why;

    assert_int_equal(replica_get(here, uid, NULL, &doc, NULL, &err), 0);
    why = give_doc(&doc);
    replica_doc_release(&doc);
    return why;
}

/* Publishes a list of N entries whose labels begin with WORD; its uid, borrowed. */
static const char *publish_many(const char *word, int n)
{
    static char uid[37];
    char *path = file_of("communes.csv");
    struct publication pub;
    struct buf csv;

    buf_init(&csv, 0);
    buf_adds(&csv, "code,label\n");
    for (int i = 0; i < n; i++)
        buf_addf(&csv, "%05d,%s %05d\n", i, word, n - i);
    box_form_file("communes.csv", csv.s);
    assert_int_equal(publish_list(forms, path, "anne", false, &pub, &err), 0);
    publish_uid(PUBLISH_LIST, "communes", uid);
    buf_release(&csv);
    free(path);
    return uid;
}

/* The codes of the other store's choices for WORDS, at most two. Borrowed. */
static const char *choices(const char *words)
{
    struct choice found[2];
    static char text[50];
    int n = lists_choices(there, "communes", words, NULL, NULL, found, 2, &err);

    assert_in_range(n, 0, 2);
    snprintf(text, sizeof(text), "%s %s", n > 0 ? found[0].id : "",
            n > 1 ? found[1].id : "");
    choices_release(found, (size_t)n);
    return text;
}

/* --- */

static void list__travels__and_wins_over_the_file(void **state)
{
    char *path = file_of("communes.csv");
    struct publication pub;
    char uid[37];
    const struct form *form;

    (void)state;
    box_form_file("communes.csv", "code,label\n05023,Briançon\n05000,Gap\n");
    assert_int_equal(publish_list(forms, path, "anne", false, &pub, &err), 0);
    assert_string_equal(pub.name, "communes");
    assert_int_equal(pub.change, PUBLISH_VERSION);
    publish_uid(PUBLISH_LIST, "communes", uid);
    assert_string_equal(give(uid), "");
    assert_int_equal(lists_count(there, "communes"), 2);
    assert_int_equal(publish_list(forms, path, "anne", false, &pub, &err), 0);
    assert_int_equal(pub.change, PUBLISH_NOTHING);
    free(path);

    box_form_file("communes.csv", "code,label\n1,Un\n2,Deux\n3,Trois\n");
    forms_free(forms);
    forms = forms_new(
            here, &(struct forms_options){.dir = box_path("forms"), .lang = "fr"});
    assert_int_equal(forms_get(forms, "lieu", &form, NULL, &err), 0);
    assert_int_equal(lists_count(here, "communes"), 2);
}

static void list__refuses__what_is_none(void **state)
{
    struct publication pub;
    char *path = file_of("communes.csv"), *other = file_of("villes.csv");

    (void)state;
    box_form_file("communes.csv", "code,label\n1,Un\n1,Deux\n");
    assert_int_equal(publish_list(forms, path, "anne", false, &pub, &err), ERR_INVALID);
    box_form_file("villes.csv", "code,label\n1,Un\n");
    assert_int_equal(
            publish_list(forms, other, "anne", false, &pub, &err), ERR_NOT_FOUND);
    free(other);
    free(path);
}

static void list__damaged__leaves_what_is_there(void **state)
{
    char uid[37], hash[HASH_128_TEXT];
    struct view bad = VIEW_LIT("code,label\n1,Un\n1,Deux\n");
    struct replica_doc doc;
    char *members;

    (void)state;
    assert_int_equal(
            lists_load(there, "communes", view_of("code,label\n9,Neuf\n"), false, &err),
            0);
    publish_uid(PUBLISH_LIST, "communes", uid);
    hash_blake2b128(&bad, 1, hash);
    members = xasprintf("'type':'liste','nom':'communes','hash':'%s','visibilite':"
                        "'public','csv':'code,label\\n1,Un\\n1,Deux\\n'",
            hash);
    doc = box_doc(uid, "1-a", members);
    assert_string_not_equal(give_doc(&doc), "");
    replica_doc_release(&doc);
    free(members);
    assert_int_equal(lists_count(there, "communes"), 1);
}

static void list__in_slices__is_whole_in_the_end(void **state)
{
    static const char *const words[] = {"Alpe", "Bois", "Col"};
    char expected[20];

    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        int n = 700 + (int)i;

        assert_string_equal(give(publish_many(words[i], n)), "");
        assert_int_equal(lists_count(there, "communes"), n);
        assert_string_equal(choices(i ? words[i - 1] : "Rien"), " ");
        snprintf(expected, sizeof(expected), "%05d %05d", n - 1, n - 2);
        assert_string_equal(choices(words[i]), expected); /* in the order of labels */
        assert_int_equal(store_check(there, NULL, NULL, &err), 0);
    }
}

/* The program ended before the list was filled: the next slice that comes does it. */
static void list__cut_off__is_filled_later(void **state)
{
    const char *uid = publish_many("Alpe", 10);
    struct replica_doc doc = box_doc(box_uid(1), "1-a", "'type':'autre'");

    (void)state;
    give(uid);
    assert_int_equal(
            lists_load(there, "communes", VIEW_LIT("code,label\n1,Un\n"), true, &err),
            0);
    assert_int_equal(store_meta_set(there, "liste+communes", uid, &err), 0);
    give_doc(&doc);
    assert_int_equal(lists_count(there, "communes"), 10);
    assert_null(store_meta_get(there, "liste+communes"));
    replica_doc_release(&doc);
}

/* …and it does not where it was withdrawn meanwhile. */
static void list__cut_off__withdrawn__is_not_filled(void **state)
{
    const char *uid = publish_many("Alpe", 10);
    struct replica_doc doc = box_doc(box_uid(1), "1-a", "'type':'autre'");
    struct publication pub;

    (void)state;
    give(uid);
    assert_int_equal(store_meta_set(there, "liste+communes", uid, &err), 0);
    assert_int_equal(publish_withdraw(forms, PUBLISH_LIST, "communes", "anne", false,
                             &pub, &err),
            0);
    assert_string_equal(give(uid), "");
    assert_null(store_meta_get(there, "liste+communes"));
    give_doc(&doc);
    assert_int_equal(
            lists_load(there, "communes", view_of("code,label\n9,Neuf\n"), false, &err),
            0);
    assert_int_equal(lists_count(there, "communes"), 1);
    replica_doc_release(&doc);
}

/* What people import here stands until the next publication. */
static void list__imported_after__stands(void **state)
{
    (void)state;
    give(publish_many("Alpe", 10));
    assert_int_equal(
            lists_load(there, "communes", VIEW_LIT("code,label\n1,Un\n"), true, &err),
            0);
    assert_int_equal(lists_count(there, "communes"), 1);
    give(publish_many("Bois", 12));
    assert_int_equal(lists_count(there, "communes"), 12);
}

static void list__withdrawn__gives_way_to_the_file(void **state)
{
    const char *uid = publish_many("Alpe", 5);
    const struct form *form;
    struct publication pub;

    (void)state;
    assert_string_equal(give(uid), "");
    assert_int_equal(lists_count(here, "communes"), 5);
    box_form_file("communes.csv", "code,label\n1,Un\n2,Deux\n3,Trois\n");
    assert_int_equal(publish_withdraw(forms, PUBLISH_LIST, "communes", "anne", false,
                             &pub, &err),
            0);
    assert_int_equal(pub.change, PUBLISH_WITHDRAWN);
    assert_string_equal(give(uid), "");
    forms_free(forms);
    forms = forms_new(
            here, &(struct forms_options){.dir = box_path("forms"), .lang = "fr"});
    assert_int_equal(forms_get(forms, "lieu", &form, NULL, &err), 0);
    assert_int_equal(lists_count(here, "communes"), 3);
    assert_int_equal(
            lists_load(there, "communes", view_of("code,label\n9,Neuf\n"), false, &err),
            0);
    assert_int_equal(lists_count(there, "communes"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(list__travels__and_wins_over_the_file),
            TEST(list__refuses__what_is_none),
            TEST(list__damaged__leaves_what_is_there),
            TEST(list__in_slices__is_whole_in_the_end),
            TEST(list__cut_off__is_filled_later),
            TEST(list__cut_off__withdrawn__is_not_filled),
            TEST(list__imported_after__stands),
            TEST(list__withdrawn__gives_way_to_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
