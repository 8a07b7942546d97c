/* Forms as documents: published here, taken up there. */
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
#include "odus/base/mem.h"
#include "odus/store/publish.h"

/* `here` publishes, `there` gets it; each has a store and forms of its own. */
static struct store *here, *there;
static struct forms *forms, *theirs;
static struct err err;

static const char note[] = "[form note]\nlabel=Note\nuse=commun\n"
                           "title=nom\nsearch=nom\n"
                           "[field nom]\ntype=text\nlabel=Nom\n";
static const char note2[] = "[form note]\nlabel=Note\nuse=commun\n"
                            "title=upper(nom)\nsearch=nom\n"
                            "[field nom]\ntype=text\nlabel=Nom\n"
                            "[field ton]\ntype=text\nlabel=Ton\n";
static const char note2_texts[] = "[form note]\nlabel=Petite note\nuse=commun\n"
                                  "title=upper(nom)\nsearch=nom\n"
                                  "[field nom]\ntype=text\nlabel=Le nom\n"
                                  "[field ton]\ntype=text\nlabel=Ton\n";

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

/* Publishes TEXT as forms/NAME.form; what that was. */
static struct publication publish(const char *name, const char *text)
{
    char *file = xasprintf("%s.form", name), *path = file_of(file);
    struct publication pub = {.name = ""};
    struct problems problems;

    box_form_file(file, text);
    problems_init(&problems);
    assert_int_equal(
            publish_form(forms, path, "anne", false, &pub, &problems, &err), 0);
    assert_int_equal(problems.n, 0);
    problems_release(&problems);
    free(path);
    free(file);
    return pub;
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

static const char *form_uid(const char *name)
{
    static char uid[37];

    publish_uid(PUBLISH_FORM, name, uid);
    return uid;
}

/* The other store's current version of NAME; "" where there is none. Borrowed. */
static const char *current(const char *name)
{
    const struct form *form;

    return forms_get(theirs, name, &form, NULL, NULL) ? "" : form->hash;
}

/* The form document of NAME with KEY as VALUE (JSON with ' for "), as revision REV. */
static struct replica_doc forged(
        const char *name, const char *rev, const char *key, const char *value)
{
    struct replica_doc doc;
    struct buf text;

    assert_int_equal(replica_get(here, form_uid(name), NULL, &doc, NULL, &err), 0);
    json_free(doc.json);
    doc.json = NULL;
    assert_int_equal(json_parse(view_of(doc.body), 0, &doc.json, &err), 0);
    json_set_take(doc.json, key, box_json(value));
    buf_init(&text, 0);
    json_canonical(doc.json, &text);
    free(doc.body);
    doc.body = buf_take(&text);
    snprintf(doc.revs[0], REV_MAX, "%s", rev);
    doc.nrevs = 1;
    return doc;
}

/* --- publishing ------------------------------------------------------------------- */

static void publish__makes_a_revision__when_something_changed(void **state)
{
    struct publication pub = publish("note", note);
    struct record r = {.body = NULL};
    struct json *body = NULL;
    char rev[REV_MAX];

    (void)state;
    assert_string_equal(pub.name, "note");
    assert_int_equal(pub.change, PUBLISH_VERSION);
    assert_int_equal(record_get(here, form_uid("note"), &r, &err), 0);
    assert_int_equal(json_parse(view_of(r.body), 0, &body, &err), 0);
    assert_string_equal(json_get_text(body, "type"), "formulaire");
    assert_string_equal(json_get_text(body, "nom"), "note");
    assert_string_equal(json_get_text(body, "hash"), pub.hash);
    assert_string_equal(json_get_text(body, "visibilite"), "public");
    assert_string_equal(json_get_text(body, "modifie_par"), "anne");
    assert_string_equal(json_get_text(json_get(body, "sources"), "note"), note);
    assert_non_null(json_get_text(json_get(body, "sources"), "commun"));
    json_free(body);
    memcpy(rev, r.rev, sizeof(rev));
    record_release(&r);

    assert_int_equal(publish("note", note).change, PUBLISH_NOTHING);
    assert_int_equal(record_get(here, form_uid("note"), &r, &err), 0);
    assert_string_equal(r.rev, rev);
    record_release(&r);

    assert_int_equal(publish("note", note2).change, PUBLISH_VERSION);
    assert_int_equal(publish("note", note2_texts).change, PUBLISH_TEXTS);
}

static void publish__refuses__mistakes__passes_over_fragments(void **state)
{
    char *path = file_of("note.form"), *commun = file_of("commun.form");
    struct publication pub;
    struct problems problems;

    (void)state;
    box_form_file("note.form", "[form note]\nlabel=Note\ntitle=pirx\n"
                               "[field nom]\ntype=text\nlabel=Nom\n");
    problems_init(&problems);
    assert_int_equal(publish_form(forms, path, "anne", false, &pub, &problems, &err),
            ERR_INVALID);
    assert_true(problems.n > 0);
    assert_int_equal(problems.items[0].line, 3);
    assert_int_equal(
            publish_form(forms, commun, "anne", false, &pub, &problems, &err), 0);
    assert_int_equal(pub.change, PUBLISH_FRAGMENT);
    problems_release(&problems);
    assert_int_equal(box_int("data.db", "select count(*) from record"), 0);
    free(commun);
    free(path);
}

static void publish__dry__changes_nothing(void **state)
{
    char *path = file_of("note.form");
    struct publication pub;
    struct problems problems;

    (void)state;
    box_form_file("note.form", note);
    problems_init(&problems);
    assert_int_equal(publish_form(forms, path, "anne", true, &pub, &problems, &err), 0);
    assert_int_equal(pub.change, PUBLISH_VERSION);
    assert_int_equal(box_int("data.db", "select count(*) from record"), 0);
    problems_release(&problems);
    free(path);
}

static void publish__wins__over_the_folder(void **state)
{
    const struct form *form;
    struct publication pub = publish("note", note);

    (void)state;
    box_form_file("note.form", note2);
    forms_free(forms);
    forms = forms_new(
            here, &(struct forms_options){.dir = box_path("forms"), .lang = "fr"});
    assert_int_equal(forms_get(forms, "note", &form, NULL, &err), 0);
    assert_string_equal(form->hash, pub.hash);
}

/* --- taking up -------------------------------------------------------------------- */

static void travel__a_form_nobody_had__is_a_type_there(void **state)
{
    char *const *before = forms_names(theirs);
    struct publication pub = publish("note", note);
    const struct form *form;
    struct engine *engine;

    (void)state;
    assert_null(before[0]);
    assert_false(forms_known(theirs, "note"));
    assert_string_equal(give(form_uid("note")), "");
    assert_true(forms_known(theirs, "note"));
    assert_string_equal(forms_names(theirs)[0], "note");
    assert_null(forms_names(theirs)[1]);
    assert_null(before[0]); /* what was lent out stays */
    assert_string_equal(forms_type_label(theirs, "note"), "Note");
    assert_int_equal(forms_get(theirs, "note", &form, &engine, &err), 0);
    assert_string_equal(form->hash, pub.hash);
}

static void travel__another_process__notices(void **state)
{
    struct store *second;
    struct forms *view;
    struct store_options so = {.dir = box_path("there")};
    struct publication pub = publish("note", note);
    const struct form *form;

    (void)state;
    assert_int_equal(store_open(&so, &second, &err), 0);
    view = forms_new(
            second, &(struct forms_options){.dir = box_path("theirs"), .lang = "fr"});
    assert_false(forms_known(view, "note"));
    give(form_uid("note"));
    assert_int_equal(forms_get(view, "note", &form, NULL, &err), 0);
    assert_string_equal(form->hash, pub.hash);
    pub = publish("note", note2);
    give(form_uid("note"));
    assert_int_equal(forms_get(view, "note", &form, NULL, &err), 0);
    assert_string_equal(form->hash, pub.hash);
    forms_free(view);
    store_close(second);
}

static void travel__a_new_version__leaves_the_old_one_open(void **state)
{
    struct publication one = publish("note", note), two;
    const struct form *form, *old;

    (void)state;
    give(form_uid("note"));
    assert_int_equal(forms_get(theirs, "note", &old, NULL, &err), 0);
    two = publish("note", note2);
    give(form_uid("note"));
    assert_string_equal(current("note"), two.hash);
    assert_string_equal(old->hash, one.hash); /* still lent */
    assert_int_equal(forms_get_version(theirs, "note", one.hash, &form, NULL, &err), 0);
    assert_string_equal(form->hash, one.hash);
}

static void travel__texts_alone__make_no_version(void **state)
{
    struct publication pub = publish("note", note2), texts;

    (void)state;
    give(form_uid("note"));
    texts = publish("note", note2_texts);
    assert_string_equal(texts.hash, pub.hash);
    give(form_uid("note"));
    assert_string_equal(current("note"), pub.hash);
    assert_string_equal(forms_type_label(theirs, "note"), "Petite note");
}

static void travel__a_deleted_publication__gives_way(void **state)
{
    struct replica_doc doc;

    (void)state;
    publish("note", note);
    give(form_uid("note"));
    doc = forged("note", "2-d", "statut_fiche", "'supprime'");
    assert_string_equal(give_doc(&doc), "");
    replica_doc_release(&doc);
    assert_false(forms_known(theirs, "note"));
}

/* Withdrawn here, the folder counts again there and here; published again, it does not.
 */
static void withdraw__gives_way__until_published_again(void **state)
{
    struct publication pub = publish("note", note), back = {.name = ""};
    const struct form *form;

    (void)state;
    give(form_uid("note"));
    assert_string_equal(current("note"), pub.hash);
    box_form_file("note.form", note2); /* the folder here has another by now */
    assert_int_equal(forms_get(forms, "note", &form, NULL, &err), 0);
    assert_string_equal(form->hash, pub.hash);
    assert_int_equal(
            publish_withdraw(forms, PUBLISH_FORM, "note", "anne", true, &back, &err),
            0);
    assert_int_equal(forms_get(forms, "note", &form, NULL, &err), 0);
    assert_string_equal(form->hash, pub.hash); /* only looked */
    assert_int_equal(
            publish_withdraw(forms, PUBLISH_FORM, "note", "anne", false, &back, &err),
            0);
    assert_int_equal(back.change, PUBLISH_WITHDRAWN);
    assert_string_equal(back.name, "note");
    assert_string_equal(back.hash, pub.hash);
    assert_int_equal(forms_get(forms, "note", &form, NULL, &err), 0);
    assert_string_not_equal(form->hash, pub.hash);
    assert_string_equal(give(form_uid("note")), "");
    assert_false(forms_known(theirs, "note"));
    assert_int_equal(
            publish_withdraw(forms, PUBLISH_FORM, "note", "anne", false, &back, &err),
            ERR_NOT_FOUND);
    pub = publish("note", note2);
    assert_int_equal(pub.change, PUBLISH_VERSION);
    assert_string_equal(give(form_uid("note")), "");
    assert_string_equal(current("note"), pub.hash);
}

static void withdraw__nothing_published__is_not_found(void **state)
{
    struct publication back = {.name = ""};

    (void)state;
    assert_int_equal(
            publish_withdraw(forms, PUBLISH_FORM, "note", "anne", false, &back, &err),
            ERR_NOT_FOUND);
    publish("note", note);
    assert_int_equal(
            publish_withdraw(forms, PUBLISH_LIST, "note", "anne", false, &back, &err),
            ERR_NOT_FOUND);
    assert_string_equal(back.name, "");
}

/* --- hostile documents ------------------------------------------------------------ */

static void damaged__is_kept_and_not_used(void **state)
{
    static const char *const lies[][2] = {
            {"sources", "{'note':'[form note]\\nlabel=N\\n[field x]\\ntype=txt\\n'}"},
            {"sources", "{'note':'[form autre]\\nlabel=N\\n'}"},
            {"sources", "{'note':['a']}"},
            {"sources", "'note'"},
            {"sources", "{}"},
            {"sources",
                    "{'note':'[form note]\\nlabel=N\\n[list l]\\nfile=../l.csv\\n'}"},
            {"sources", "{'note':''}"},
            {"hash", "'00112233445566778899aabbccddeeff'"},
            {"hash", "12"},
            {"nom", "'../../etc/passwd'"},
            {"nom", "'formulaire'"},
            {"nom", "'lieu'"},
            {"nom", "null"},
    };
    struct publication pub = publish("note", note);

    (void)state;
    give(form_uid("note"));
    for (size_t i = 0; i < COUNT(lies); i++) {
        char rev[REV_MAX];
        struct replica_doc doc;

        snprintf(rev, sizeof(rev), "%zu-a", i + 2);
        doc = forged("note", rev, lies[i][0], lies[i][1]);
        assert_string_not_equal(give_doc(&doc), "");
        replica_doc_release(&doc);
        assert_string_equal(current("note"), pub.hash); /* what was in use */
        assert_null(forms_names(theirs)[1]);
    }
    assert_int_equal(store_check(there, NULL, NULL, &err), 0);
}

struct told {
    int n;
    char name[41];
    int line;
};

static void tell(void *ctx, const char *uid, const char *name, const struct err *why)
{
    struct told *t = ctx;

    assert_string_equal(uid, form_uid("note"));
    t->n++;
    t->line = why->line;
    snprintf(t->name, sizeof(t->name), "%s", name);
}

#define X "[field x]\\ntype=text\\nlabel=X\\n'}"

static void damaged__says_where__to_the_doctor(void **state)
{
    struct told told = {.n = 0};
    struct replica_doc doc;

    (void)state;
    publish("note", note);
    for (int i = 0; i < 2; i++) {
        doc = forged("note", i ? "1-b" : "1-a", "sources",
                i ? "{'note':'[form note]\\nlabel=N\\n[test]\\nexpect=complete\\n" X
                  : "{'note':'[form note]\\nlabel=N\\ntitle=pirx\\n" X);
        assert_string_not_equal(give_doc(&doc), "");
        replica_doc_release(&doc);
        assert_int_equal(publish_check(theirs, tell, &told, &err), 0);
        assert_int_equal(told.n, i + 1);
        assert_string_equal(told.name, "note");
        assert_int_equal(told.line, 3);
    }
    give(form_uid("note")); /* the good one, but of a lower generation */
    doc = forged("note", "2-a", "statut_fiche", "'publie'");
    assert_string_equal(give_doc(&doc), "");
    replica_doc_release(&doc);
    told.n = 0;
    assert_int_equal(publish_check(theirs, tell, &told, &err), 0);
    assert_int_equal(told.n, 0);
}

/* --- records and their forms ------------------------------------------------------ */

static void assert_title(const char *uid, const char *title)
{
    struct json *event = json_new_object();
    struct buf out;

    buf_init(&out, 0);
    assert_true(forms_title(theirs, uid, &out));
    assert_string_equal(out.s, title);
    forms_add_title(theirs, uid, event);
    assert_string_equal(json_get_text(event, "title"), title);
    forms_add_title(theirs, box_uid(99), event);
    assert_string_equal(json_get_text(event, "title"), "");
    json_free(event);
    buf_release(&out);
}

static struct replica_doc record_of(const struct publication *pub, const char *more)
{
    char *members = xasprintf("'uid':'%s','type':'note','visibilite':'public',"
                              "'statut_fiche':'publie','formulaire':'%s',%s",
            box_uid(1), pub->hash, more);
    struct replica_doc doc = box_doc(box_uid(1), "1-a", members);

    free(members);
    return doc;
}

static void record__before_its_form__is_due_when_that_comes(void **state)
{
    struct publication pub = publish("note", note2);
    struct replica_doc doc = record_of(&pub, "'nom':'Bal','ton':'gai','inconnu':'x'");
    char due[37];
    char **uids = NULL;
    size_t n = 0;
    struct record r = {.body = NULL};

    (void)state;
    assert_string_equal(give_doc(&doc), "");
    assert_int_equal(record_due_next(there, due, NULL), ERR_NOT_FOUND);
    assert_string_equal(give(form_uid("note")), "");
    assert_int_equal(record_due_next(there, due, &err), 0);
    assert_string_equal(due, form_uid("note"));
    assert_int_equal(record_referrers(there, due, 10, &uids, &n, &err), 0);
    assert_int_equal(n, 1);
    assert_string_equal(uids[0], box_uid(1));
    record_uids_free(uids, n);
    assert_int_equal(record_get(there, box_uid(1), &r, &err), 0);
    assert_string_equal(r.body, doc.body); /* what no form knows is kept */
    record_release(&r);
    replica_doc_release(&doc);
}

static void record__in_one_slice_before_its_form__is_shown(void **state)
{
    struct publication pub = publish("note", note2);
    struct replica_doc docs[2];
    struct replica_slice slice = {.container = "commons", .docs = docs, .n = 2};
    enum replica_outcome outcomes[2];

    (void)state;
    docs[0] = record_of(&pub, "'nom':'Bal'");
    assert_int_equal(
            replica_get(here, form_uid("note"), NULL, &docs[1], NULL, &err), 0);
    assert_int_equal(json_parse(view_of(docs[1].body), 0, &docs[1].json, &err), 0);
    assert_int_equal(replica_apply(there, theirs, &slice, outcomes, NULL, &err), 0);
    assert_int_equal(outcomes[0], REPLICA_ADDED);
    assert_int_equal(outcomes[1], REPLICA_ADDED);
    assert_title(box_uid(1), "BAL");
    replica_doc_release(&docs[0]);
    replica_doc_release(&docs[1]);
}

static void record__of_an_old_version__is_read_with_that(void **state)
{
    struct publication one = publish("note", note);
    struct replica_doc doc = record_of(&one, "'nom':'Bal'");

    (void)state;
    give(form_uid("note"));
    publish("note", note2);
    give(form_uid("note"));
    give_doc(&doc);
    assert_title(box_uid(1), "Bal"); /* the new one would have it in capitals */
    replica_doc_release(&doc);
}

/* --- two at once ------------------------------------------------------------------ */

static void conflict__the_winner_counts__the_next_closes_the_others(void **state)
{
    struct replica_doc doc;
    struct record r = {.body = NULL};

    (void)state;
    publish("note", note);
    doc = forged("note", "1-zzz", "modifie_par", "'rival'");
    assert_int_equal(replica_apply(here, forms,
                             &(struct replica_slice){
                                     .container = "commons", .docs = &doc, .n = 1},
                             NULL, NULL, &err),
            0);
    replica_doc_release(&doc);
    assert_int_equal(record_get(here, form_uid("note"), &r, &err), 0);
    assert_string_equal(r.rev, "1-zzz");
    assert_int_equal(r.leaves, 2);
    record_release(&r);
    assert_int_equal(publish("note", note).change, PUBLISH_SETTLE);
    assert_int_equal(record_get(here, form_uid("note"), &r, &err), 0);
    assert_int_equal(r.leaves, 1);
    record_release(&r);
    assert_int_equal(publish("note", note).change, PUBLISH_NOTHING);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)

int main(void)
{
    const struct CMUnitTest tests[] = {
            TEST(publish__makes_a_revision__when_something_changed),
            TEST(publish__refuses__mistakes__passes_over_fragments),
            TEST(publish__dry__changes_nothing),
            TEST(publish__wins__over_the_folder),
            TEST(travel__a_form_nobody_had__is_a_type_there),
            TEST(travel__another_process__notices),
            TEST(travel__a_new_version__leaves_the_old_one_open),
            TEST(travel__texts_alone__make_no_version),
            TEST(travel__a_deleted_publication__gives_way),
            TEST(withdraw__gives_way__until_published_again),
            TEST(withdraw__nothing_published__is_not_found),
            TEST(damaged__is_kept_and_not_used),
            TEST(damaged__says_where__to_the_doctor),
            TEST(record__before_its_form__is_due_when_that_comes),
            TEST(record__in_one_slice_before_its_form__is_shown),
            TEST(record__of_an_old_version__is_read_with_that),
            TEST(conflict__the_winner_counts__the_next_closes_the_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
