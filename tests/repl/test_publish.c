/* A form that is published at one replica and pulled by another over the wire. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odus/base/file.h"
#include "odus/base/mem.h"
#include "odus/store/publish.h"
#include "replicas.h"

#define HEAD                                                                           \
    "[form essai]\nlabel=Essai\nlanguages=fr\ntitle=nom\n"                             \
    "[field uid]\ntype=text\nlabel=Id\n[field type]\ntype=text\nlabel=Type\n"          \
    "[field statut_fiche]\ntype=text\nlabel=État\n"                                   \
    "[field visibilite]\ntype=text\nlabel=Visibilité\n"                               \
    "[field nom]\ntype=text\nlabel=Nom\n"

static struct replica a, b;

static int make_two(void **state)
{
    int rc = replicas_make(state);

    a = replicas_open("a");
    b = replicas_open("b");
    return rc;
}

static int remove_two(void **state)
{
    replicas_close(&a);
    replicas_close(&b);
    return replicas_remove(state);
}

static void publish(struct replica *r, const char *text)
{
    char *path = file_join(store_dir(r->store), "essai.form");
    struct publication pub;
    struct problems problems;
    struct err err = {0};

    assert_int_equal(file_write_atomic(path, view_of(text), 0600, &err), 0);
    problems_init(&problems);
    assert_int_equal(
            publish_form(r->forms, path, "anne", false, &pub, &problems, &err), 0);
    problems_release(&problems);
    free(path);
}

static const char *hash_at(struct replica *r)
{
    const struct form *form;

    return forms_get(r->forms, "essai", &form, NULL, NULL) ? "" : form->hash;
}

static void exchange(void)
{
    struct pull there = {.since = 0}, back = {.since = 0};

    assert_true(replicas_pull(&b, &a, &there));
    assert_true(replicas_pull(&a, &b, &back));
}

static void publish__pulled__is_the_current_form(void **state)
{
    (void)state;
    publish(&a, HEAD);
    assert_string_equal(hash_at(&b), "");
    exchange();
    assert_string_not_equal(hash_at(&a), "");
    assert_string_equal(hash_at(&b), hash_at(&a));
    publish(&a, HEAD "[field plus]\ntype=text\nlabel=Plus\n");
    assert_string_not_equal(hash_at(&b), hash_at(&a));
    exchange();
    assert_string_equal(hash_at(&b), hash_at(&a));
}

static void publish__at_two_places__one_wins_everywhere(void **state)
{
    char uid[37];
    char *leaves;

    (void)state;
    publish(&a, HEAD "[field x]\ntype=text\nlabel=X\n");
    publish(&b, HEAD "[field y]\ntype=text\nlabel=Y\n");
    assert_string_not_equal(hash_at(&b), hash_at(&a));
    exchange();
    assert_string_equal(hash_at(&b), hash_at(&a));
    publish_uid(PUBLISH_FORM, "essai", uid);
    assert_int_equal(replicas_living(&a, uid, 0, NULL), 2);
    assert_int_equal(replicas_settle(&a, &b, uid), 0); /* not for a merge */
    publish(&b, HEAD "[field z]\ntype=text\nlabel=Z\n");
    exchange();
    assert_int_equal(replicas_living(&a, uid, 0, NULL), 1);
    leaves = replicas_leaves(&a, uid);
    assert_int_equal(strncmp(leaves, "2-", 2), 0);
    free(leaves);
    assert_string_equal(hash_at(&b), hash_at(&a));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_two, remove_two)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(publish__pulled__is_the_current_form),
            TEST(publish__at_two_places__one_wins_everywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
