#include "parse_priv.h"

#include <stdlib.h>
#include <string.h>

#include "odus/base/mem.h"

static void form_again(struct parse *p, const struct ini_block *block)
{
    parse_bad(p, block->kind.p, N_("[form] and [fragment] stand once, at the top"));
}

static void use_here(struct parse *p, const struct ini_block *block);

static const struct {
    const char *kind;
    void (*read)(struct parse *p, const struct ini_block *block);
} blocks[] = {
        {"form", form_again},
        {"fragment", form_again},
        {"use", use_here},
        {"list", parse_list},
        {"section", parse_section},
        {"group", parse_group},
        {"repeat", parse_repeat},
        {"field", parse_field},
        {"rule", parse_rule},
        {"test", parse_test},
};

static void read_block(struct parse *p, const struct ini_block *block)
{
    struct parse_guess guess = parse_guess(p, block->kind);

    for (size_t i = 0; i < COUNT(blocks); i++) {
        if (view_is(block->kind, blocks[i].kind)) {
            blocks[i].read(p, block);
            return;
        }
        parse_guess_try(&guess, blocks[i].kind);
    }
    parse_unknown(p, &guess, N_("unknown kind of block \"%1$s\""),
            N_("unknown kind of block \"%1$s\" (did you mean \"%2$s\"?)"));
}

static void read_blocks(struct parse *p, struct ini *file)
{
    for (size_t i = 1; i < file->nblocks; i++) {
        p->file = file;
        read_block(p, &file->blocks[i]);
    }
}

/* Adds a file to the form and splits it. TEXT must live as long as P. */
static struct ini *add_file(struct parse *p, struct view name, struct view text)
{
    struct form *form = p->form;
    struct ini *file = &p->files[p->nfiles++];

    form->files[form->nfiles++] = view_dup(name);
    ini_read(file, form->files[form->nfiles - 1], text, p->problems);
    p->bad += file->bad;
    return file;
}

/* The first block must be [KIND NAME]. NULL after a report. */
static const struct ini_block *first_block(
        struct parse *p, struct ini *file, const char *kind, struct view name)
{
    const struct ini_block *first = file->blocks;

    p->file = file;
    if (!file->nblocks || !view_is(first->kind, kind)) {
        parse_bad2(p, file->nblocks ? first->kind.p : file->text.p,
                N_("the first block must be [%1$s %2$s]"), view_of(kind), name);
        return NULL;
    }
    if (!view_eq(first->name, name))
        parse_bad2(p, first->name.p,
                N_("the name \"%1$s\" is not the file's name \"%2$s\""), first->name,
                name);
    return first;
}

static void take_fragments(
        struct parse *p, struct ini *file, const struct ini_block *first);

static const struct parse_spec fragment_specs[] = {
        {"label", KEY_TEXT, 0, 0},
        {"use", KEY_LATER, sizeof(struct form_text), 0},
};

struct fragment_block {
    struct form_text label; /* for readers of the file only */
    const struct ini_key *use;
};

static void read_fragment(struct parse *p, struct ini *file, struct view name)
{
    struct fragment_block target = {0};
    const struct ini_block *first = first_block(p, file, "fragment", name);

    if (!first)
        return;
    parse_keys(p, first, fragment_specs, COUNT(fragment_specs), &target, 0);
    form_text_release(&target.label);
    take_fragments(p, file, first);
    read_blocks(p, file);
}

/*
 * True when the fragment was met before; reports it when it leads to itself, or when it
 * is wanted HERE, where it cannot stand any more.
 */
static bool taken_already(
        struct parse *p, struct view name, struct view file_name, bool here)
{
    for (size_t i = 0; i < p->nfiles; i++) {
        if (!view_is(file_name, p->form->files[i]))
            continue;
        if (p->taking[i])
            parse_bad1(
                    p, name.p, N_("\"%1$s\" leads back to itself through use="), name);
        else if (here)
            parse_bad1(p, name.p, N_("fragment \"%1$s\" was taken in already"), name);
        return true;
    }
    return false;
}

/* HERE: by a block of its own, else by use=, which may name what is there already. */
static void take_fragment(struct parse *p, struct view name, bool here)
{
    struct ini *user = p->file;
    size_t i = p->nfiles;
    char *copy = view_dup(name);
    char *file_name = xasprintf("%s.form", copy);
    struct buf *text = &p->texts[i < PARSE_FILES_MAX ? i : 0];

    if (!parse_name_ok(p, name) || taken_already(p, name, view_of(file_name), here))
        goto out;
    if (i == PARSE_FILES_MAX) {
        parse_bad(p, name.p, N_("too many fragments"));
        goto out;
    }
    buf_init(text, FORM_FILE_MAX + 4);
    if (!p->source || p->source(p->source_ctx, copy, text, NULL) < 0) {
        buf_release(text);
        parse_bad1(p, name.p, N_("no fragment \"%1$s\" beside this form"), name);
        goto out;
    }
    p->taking[i] = true;
    read_fragment(p, add_file(p, view_of(file_name), buf_view(text)), name);
    p->taking[i] = false;
    p->file = user;
out:
    free(file_name);
    free(copy);
}

static void take_fragments(
        struct parse *p, struct ini *file, const struct ini_block *first)
{
    const struct ini_key *use;
    struct view rest;
    struct view word;

    p->file = file;
    use = parse_key_find(p, first, "use");
    rest = use ? use->value : (struct view){NULL, 0};
    while (ini_word(&rest, &word))
        take_fragment(p, word, false);
}

/* [use NAME]: the fragment's blocks stand here. */
static void use_here(struct parse *p, const struct ini_block *block)
{
    if (block->nkeys)
        parse_bad(p, parse_block_key(p, block, 0)->name.p, N_("[use] has no keys"));
    take_fragment(p, block->name, true);
}

/* "evenement" of "evenement.form". */
static struct view form_name_of(const char *file)
{
    const char *slash = strrchr(file, '/');
    struct view name = view_of(slash ? slash + 1 : file);

    if (name.n > 5 && memcmp(name.p + name.n - 5, ".form", 5) == 0)
        name.n -= 5;
    return name;
}

static void add_record_table(struct parse *p)
{
    struct form *form = p->form;

    form->tables = mem_grow(form->tables, 0, &p->cap.tables, sizeof(*form->tables));
    form->tables[form->ntables++] = (struct form_table){
            .kind = FORM_RECORD,
            .path = xstrdup(""),
            .sql = xstrdup(form->name),
            .sort = -1,
            .timing_start = -1,
            .timing_end = -1,
    };
}

static struct form *new_form(const char *file)
{
    struct form *form = xcalloc(1, sizeof(*form));

    form->name = view_dup(form_name_of(file));
    form->files = xcalloc(PARSE_FILES_MAX, sizeof(*form->files));
    form->exprs = xcalloc(8, sizeof(*form->exprs));
    form->nexprs = 1;
    form->dates = form->ends = form->place = form->organiser = form->genre = -1;
    return form;
}

static void read_form(struct parse *p, const char *name, struct view text)
{
    struct ini *file = add_file(p, view_of(name), text);
    const struct ini_block *first =
            first_block(p, file, "form", view_of(p->form->name));

    if (!first)
        return;
    parse_name_ok(p, first->name);
    add_record_table(p);
    parse_languages(p, first);
    parse_form(p, first);
    p->taking[0] = true;
    take_fragments(p, file, first);
    read_blocks(p, file);
    for (size_t i = 0; i < p->nlate; i++)
        p->late[i].fn(p, p->late[i].key, p->late[i].index);
    parse_finish(p);
}

/* Place of a problem among the files: the form's own first, then its fragments. */
static int file_rank(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->nfiles; i++)
        if (strcmp(form->files[i], name) == 0)
            return (int)i;
    return -1;
}

/* Insertion sort: at most PROBLEMS_MAX, and nearly in order. */
static void sort_problems(const struct form *form, struct problems *list, size_t from)
{
    for (size_t i = from + 1; i < list->n; i++) {
        struct err e = list->items[i];
        char *line = list->lines[i];
        int rank = file_rank(form, e.file);
        size_t j = i;

        for (; j > from; j--) {
            const struct err *b = &list->items[j - 1];
            int other = file_rank(form, b->file);

            if (other < rank ||
                    (other == rank &&
                            (b->line < e.line ||
                                    (b->line == e.line && b->column <= e.column))))
                break;
            list->items[j] = *b;
            list->lines[j] = list->lines[j - 1];
        }
        list->items[j] = e;
        list->lines[j] = line;
    }
}

static void parse_release(struct parse *p)
{
    for (size_t i = 0; i < p->nfiles; i++) {
        ini_release(&p->files[i]);
        buf_release(&p->texts[i]);
    }
    free(p->late);
    free(p->candidates);
}

/* Reads what P says, and frees P. */
static struct form *parse(struct parse *p, const char *name, struct view text)
{
    size_t from = p->problems->n;
    struct form *form = p->form = new_form(name);

    p->section = -1;
    p->cap.exprs = 8;
    read_form(p, name, text);
    sort_problems(form, p->problems, from);
    if (p->bad) {
        form_free(form);
        form = NULL;
    } else {
        form_hash(form);
    }
    parse_release(p);
    free(p);
    return form;
}

static struct parse *parse_new(
        form_source_fn source, void *ctx, struct problems *problems)
{
    struct parse *p = xcalloc(1, sizeof(*p));

    p->problems = problems;
    p->source = source;
    p->source_ctx = ctx;
    return p;
}

struct form *form_parse(const char *name, struct view text, form_source_fn source,
        void *ctx, struct problems *problems)
{
    return parse(parse_new(source, ctx, problems), name, text);
}

struct form *form_parse_untested(const char *name, struct view text,
        form_source_fn source, void *ctx, struct problems *problems)
{
    struct parse *p = parse_new(source, ctx, problems);

    p->untested = true;
    return parse(p, name, text);
}

/* --- heads ------------------------------------------------------------------------ */

/* TEXT up to its second block. */
static struct view first_block_text(struct view text)
{
    struct view rest = text, line;
    int headers = 0;

    while (view_next(&rest, '\n', &line))
        if (line.n && *line.p == '[' && ++headers == 2)
            return (struct view){text.p, (size_t)(line.p - text.p)};
    return text;
}

/* The own label, which comes first, stays where there is none in LANG. */
static void read_head_key(
        const struct ini_key *key, const char *lang, struct form_head *head)
{
    struct view wanted = {lang, strcspn(lang, "_.@")};

    if (view_is(key->name, "dates"))
        head->dated = true;
    if (!view_is(key->name, "label") ||
            (key->lang.n ? !view_eq(key->lang, wanted) : head->label != NULL))
        return;
    free(head->label);
    head->label = ini_text(key->value);
}

void form_head_read(struct view text, const char *lang, struct form_head *ret)
{
    struct form_head head = {0};
    struct problems unseen;
    struct ini file;

    problems_init(&unseen);
    ini_read(&file, "", first_block_text(text), &unseen);
    head.fragment = file.nblocks && view_is(file.blocks[0].kind, "fragment");
    for (size_t i = 0; i < file.nkeys; i++)
        read_head_key(&file.keys[i], lang, &head);
    ini_release(&file);
    problems_release(&unseen);
    *ret = head;
}

void form_head_release(struct form_head *h)
{
    free(h->label);
    *h = (struct form_head){0};
}

bool form_is_fragment(struct view text)
{
    struct form_head head;
    bool yes;

    form_head_read(text, "", &head);
    yes = head.fragment;
    form_head_release(&head);
    return yes;
}
