#include "script.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/httpd.h"
#include "odus/base/mem.h"
#include "quotes.h"

enum { STEPS_MAX = 400, REQUESTS_MAX = 512, TEXTS = 4096 };

static struct httpd_step steps[STEPS_MAX];
static size_t nsteps;
static struct httpd *server; /* on one port for the whole test */
static char *requests[REQUESTS_MAX];
static size_t nrequests;

static void forget_requests(void)
{
    for (size_t i = 0; i < nrequests; i++)
        free(requests[i]);
    nrequests = 0;
}

void script_clear(void)
{
    for (size_t i = 0; i < nsteps; i++) {
        free((char *)steps[i].expect);
        free((char *)steps[i].send);
        steps[i] = (struct httpd_step){.send = NULL};
    }
    nsteps = 0;
    forget_requests();
}

void script_raw(const char *expect, const char *bytes)
{
    assert_true(nsteps < STEPS_MAX);
    steps[nsteps++] = (struct httpd_step){
            .expect = xstrdup(expect), .send = bytes ? xstrdup(bytes) : NULL};
}

void script_say(const char *expect, const char *status, const char *json)
{
    char *body = quotes(xstrdup(json)), *bytes;

    bytes = xasprintf("HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
                      "Content-Length: %zu\r\n\r\n%s",
            status, strlen(body), body);
    script_raw(expect, bytes);
    free(bytes);
    free(body);
}

size_t script_cut(long n)
{
    struct httpd_step *last = &steps[nsteps - 1];
    size_t all = strlen(last->send);

    last->cut = n < 0 ? all - (size_t)-n : (size_t)n;
    last->close = true;
    return all;
}

void script_epoch(const char *epoch)
{
    char *json = xasprintf("{'_id':'_local/odus','epoch':'%s'}", epoch);

    script_say("GET /commons/_local/odus ", "200 OK", json);
    free(json);
}

void script_page(const char *last_seq, int pending, const char *const *rows)
{
    struct buf json;

    buf_init(&json, 0);
    buf_adds(&json, "{'results':[");
    for (size_t i = 0; rows && rows[i]; i++)
        buf_addf(&json, "%s%s", i ? "," : "", rows[i]);
    buf_addf(&json, "],'last_seq':%s,'pending':%d}", last_seq, pending);
    script_say("GET /commons/_changes?", "200 OK", json.s);
    buf_release(&json);
}

const char *kept(char *text)
{
    static char *texts[TEXTS];
    static unsigned turn;
    char **place = &texts[turn++ % TEXTS];

    free(*place);
    return *place = text;
}

const char *row_of(int n, const char *rev, char *body, const char *more)
{
    struct buf row;

    buf_init(&row, 0);
    buf_addf(&row, "{'seq':'x','id':'%s','changes':[{'rev':'%s'}%s%s]", stage_uid(n),
            rev, *more ? "," : "", more);
    if (body)
        buf_addf(&row, ",'doc':{'_rev':'%s',%s", rev, body + 1);
    buf_adds(&row, "}");
    free(body);
    return kept(buf_take(&row));
}

const char *doc_of(
        const char *rev, int start, const char *ids, char *body, bool deleted)
{
    char *text = xasprintf("{'_rev':'%s','_revisions':{'start':%d,'ids':[%s]}%s,%s",
            rev, start, ids, deleted ? ",'_deleted':true" : "", body + 1);

    free(body);
    return kept(text);
}

const char *got_of(int n, const char *doc)
{
    return kept(xasprintf(
            "{'results':[{'id':'%s','docs':[{'ok':%s}]}]}", stage_uid(n), doc));
}

static int play(struct run *r, struct place *p, const char *before, const char *after,
        bool *ret_whole)
{
    char *url;

    if (server)
        assert_int_equal(httpd_again(server, steps, nsteps), 0);
    else
        server = httpd_start(steps, nsteps);
    url = xasprintf("http://%s%s%s", before, httpd_url(server) + 7, after);

    forget_requests();
    stage_run(r, p, url);
    r->job.url = NULL;
    for (size_t i = 0; i < httpd_requests(server); i++) {
        const char *text = httpd_request(server, i, NULL);

        requests[nrequests++] = xstrdup(text ? text : "");
    }
    *ret_whole = httpd_again(server, NULL, 0) == 0;
    free(url);
    return r->rc;
}

int script_try(struct run *r, struct place *p)
{
    bool whole;

    return play(r, p, "", "", &whole);
}

int script_play_at(
        struct run *r, struct place *p, const char *before, const char *after)
{
    bool whole;

    play(r, p, before, after, &whole);
    if (!whole) {
        char *text = run_text(r);

        fail_msg("the transcript was not played: %zu requests; %s", nrequests, text);
    }
    return r->rc;
}

void script_stop(void)
{
    script_clear();
    if (server)
        (void)httpd_stop(server);
    server = NULL;
}

int script_play(struct run *r, struct place *p)
{
    return script_play_at(r, p, "", "");
}

const char *script_request(size_t i)
{
    return i < nrequests ? requests[i] : "";
}

size_t script_requests(void)
{
    return nrequests;
}

const char *rev_of(const char *parent, const char *body)
{
    static char revs[8][REV_MAX];
    static unsigned turn;
    char *rev = revs[turn++ % 8];

    record_rev(parent, false, view_of(body), rev);
    return rev;
}
