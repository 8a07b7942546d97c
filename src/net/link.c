#include "link.h"

#include <curl/curl.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/mem.h"

enum { CA_MAX = 8 * 1024 * 1024, CHUNK = 64 * 1024 };

int64_t (*link_clock)(void) = clock_mono_ms;

/* Bytes moved since a moment: what is silent, what is too slow. */
struct pace {
    int64_t start_ms, start_bytes;
    int64_t last_ms, last_bytes;
    int64_t left_ms; /* nobody has looked since */
};

struct link {
    CURLM *multi;
    CURL *easy;
    char *ca; /* owned: the library reads it at each handshake */
    struct curl_slist *heads;
    curl_mime *form;
    struct link_want want;
    struct pace pace;
    int64_t up, down;
    bool running;
    bool head_whole;
    CURLcode code;
    bool slow;
    char detail[CURL_ERROR_SIZE];
};

/* --- setting up ----------------------------------------------------------------- */

/* "5ed36f99.0", what openssl-rehash(1) makes of a certificate. */
static bool is_hash_link(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && strcmp(name + 8, ".0") == 0;
}

/* Whether the system keeps its authorities in a folder, by hash: there the library
 * finds the one it needs. To read the bundle of all takes six times as long as all else
 * that a session with nothing new does. */
static bool has_folder(CURL *easy)
{
    const char *path = NULL;
    bool found = false;
    struct dirent *entry;
    DIR *dir;

#if LIBCURL_VERSION_NUM >= 0x075400
    curl_easy_getinfo(easy, CURLINFO_CAPATH, &path);
#endif
    dir = path ? opendir(path) : NULL;
    while (dir && !found && (entry = readdir(dir)))
        found = is_hash_link(entry->d_name);
    if (dir)
        closedir(dir);
    return found;
}

/* CURLOPT_CAINFO and its blob replace the system's bundle: to add to it is to give both
 * as one. */
static char *with_system_authorities(CURL *easy, const char *own)
{
    struct buf all, system;
    const char *path = NULL;

    buf_init(&all, 2 * CA_MAX);
    buf_adds(&all, own);
    buf_addc(&all, '\n');
#if LIBCURL_VERSION_NUM >= 0x075400
    curl_easy_getinfo(easy, CURLINFO_CAINFO, &path);
#endif
    if (path) {
        if (file_read(path, CA_MAX, &system, NULL) == 0)
            buf_addv(&all, buf_view(&system));
        buf_release(&system);
    }
    return buf_take(&all);
}

/* Authorities: OWN (NULL: none) besides the system's. */
static void trust(struct link *k, const char *own)
{
    bool folder = has_folder(k->easy);
    struct curl_blob blob;

    if (folder)
        curl_easy_setopt(k->easy, CURLOPT_CAINFO, NULL);
    if (!own)
        return;
    k->ca = folder ? xstrdup(own) : with_system_authorities(k->easy, own);
    blob = (struct curl_blob){k->ca, strlen(k->ca), CURL_BLOB_NOCOPY};
    curl_easy_setopt(k->easy, CURLOPT_CAINFO_BLOB, &blob);
}

static void only_http(CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
#else
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

static size_t on_head(char *bytes, size_t size, size_t n, void *link)
{
    struct link *k = link;
    struct view line = {bytes, size * n};

    k->head_whole = view_trim(line).n == 0; /* its last line is an empty one */
    return k->want.on_head(k->want.ctx, line) ? size * n : 0;
}

/* Any number but that of the bytes is a refusal; with none of them 0 would be none. */
static size_t on_body(char *bytes, size_t size, size_t n, void *link)
{
    struct link *k = link;

    if (size * n == 0)
        return 0;
    return k->want.on_body(k->want.ctx, (struct view){bytes, size * n}) ? size * n : 0;
}

/* The library's own sums leave out what they like, each version something else. */
static int count(CURL *easy, curl_infotype what, char *bytes, size_t n, void *link)
{
    struct link *k = link;

    (void)easy, (void)bytes;
    if (what == CURLINFO_HEADER_OUT || what == CURLINFO_DATA_OUT)
        k->up += (int64_t)n;
    else if (what == CURLINFO_HEADER_IN || what == CURLINFO_DATA_IN)
        k->down += (int64_t)n;
    return 0;
}

static void set_up(struct link *k, const struct link_setup *s)
{
    CURL *easy = k->easy;

    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
    only_http(easy);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "odus/" ODUS_VERSION);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)s->connect_seconds);
    curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)CHUNK);
    curl_easy_setopt(easy, CURLOPT_COOKIEFILE, ""); /* the engine, without a file */
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, k->detail);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, k);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, k);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L); /* without it nothing is counted */
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, count);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, k);
    if (s->no_proxy)
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    trust(k, s->ca);
}

struct link *link_new(const struct link_setup *setup)
{
    struct link *k = xcalloc(1, sizeof(*k));

    if (curl_global_init(CURL_GLOBAL_DEFAULT))
        mem_panic("libcurl cannot start");
    k->multi = curl_multi_init();
    k->easy = curl_easy_init();
    if (!k->multi || !k->easy)
        mem_panic("out of memory");
    set_up(k, setup);
    return k;
}

/* What the library has copied of heads is overwritten: one may be a secret. */
static void forget_request(struct link *k)
{
    for (struct curl_slist *h = k->heads; h; h = h->next)
        explicit_bzero(h->data, strlen(h->data));
    curl_slist_free_all(k->heads);
    curl_mime_free(k->form);
    k->heads = NULL;
    k->form = NULL;
}

void link_free(struct link *k)
{
    if (!k)
        return;
    link_stop(k);
    forget_request(k);
    curl_easy_cleanup(k->easy);
    curl_multi_cleanup(k->multi);
    free(k->ca);
    free(k);
    curl_global_cleanup();
}

void link_sign(struct link *k, const char *user, const char *secret)
{
    bool token = !user && secret;
    unsigned long kind = token ? CURLAUTH_BEARER : CURLAUTH_BASIC;

    curl_easy_setopt(k->easy, CURLOPT_HTTPAUTH, (long)kind);
    curl_easy_setopt(k->easy, CURLOPT_XOAUTH2_BEARER, token ? secret : NULL);
    curl_easy_setopt(k->easy, CURLOPT_USERNAME, user);
    curl_easy_setopt(k->easy, CURLOPT_PASSWORD, token ? NULL : secret);
}

void link_forget_cookies(struct link *k)
{
    curl_easy_setopt(k->easy, CURLOPT_COOKIELIST, "ALL");
}

/* --- one exchange --------------------------------------------------------------- */

static void add_head(struct link *k, const char *line)
{
    struct curl_slist *more = curl_slist_append(k->heads, line);

    if (!more)
        mem_panic("out of memory");
    k->heads = more;
}

static void add_part(struct link *k, const struct net_part *part)
{
    curl_mimepart *p = curl_mime_addpart(k->form);

    if (!p || curl_mime_name(p, part->name) != CURLE_OK ||
            curl_mime_data(p, part->bytes.n ? part->bytes.p : "", part->bytes.n) !=
                    CURLE_OK ||
            curl_mime_type(p, part->type) != CURLE_OK ||
            curl_mime_filename(p, part->file) != CURLE_OK)
        mem_panic("out of memory");
}

static void set_form(struct link *k, const struct link_want *w)
{
    k->form = curl_mime_init(k->easy);
    if (!k->form)
        mem_panic("out of memory");
    for (size_t i = 0; i < w->nparts; i++)
        add_part(k, &w->parts[i]);
    curl_easy_setopt(k->easy, CURLOPT_MIMEPOST, k->form);
}

static void set_method(struct link *k, const struct link_want *w)
{
    bool posts = w->body.n || strcmp(w->method, "POST") == 0 ||
                 strcmp(w->method, "PUT") == 0;

    curl_easy_setopt(k->easy, CURLOPT_HTTPGET, 1L); /* undoes what the last one was */
    curl_easy_setopt(k->easy, CURLOPT_CUSTOMREQUEST, NULL);
    if (strcmp(w->method, "HEAD") == 0) {
        curl_easy_setopt(k->easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (w->nparts) {
        set_form(k, w);
    } else if (posts) {
        curl_easy_setopt(k->easy, CURLOPT_POST, 1L);
        curl_easy_setopt(k->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)w->body.n);
        curl_easy_setopt(k->easy, CURLOPT_POSTFIELDS, w->body.n ? w->body.p : "");
    }
    curl_easy_setopt(k->easy, CURLOPT_CUSTOMREQUEST, w->method);
}

void link_begin(struct link *k, const struct link_want *want)
{
    link_stop(k);
    k->want = *want;
    curl_easy_setopt(k->easy, CURLOPT_MIMEPOST, NULL);
    forget_request(k);
    add_head(k, "Expect:"); /* a round trip for nothing */
    for (size_t i = 0; want->heads[i]; i++)
        add_head(k, want->heads[i]);
    set_method(k, want);
    curl_easy_setopt(k->easy, CURLOPT_HTTPHEADER, k->heads);
    curl_easy_setopt(k->easy, CURLOPT_URL, want->url);
    curl_easy_setopt(k->easy, CURLOPT_ACCEPT_ENCODING, want->gzip ? "gzip" : NULL);
    k->pace = (struct pace){.start_ms = -1};
    k->detail[0] = '\0';
    k->code = CURLE_OK;
    k->up = k->down = 0;
    k->slow = k->head_whole = false;
    k->running = curl_multi_add_handle(k->multi, k->easy) == CURLM_OK;
    if (!k->running)
        k->code = CURLE_FAILED_INIT;
}

static long info_long(struct link *k, CURLINFO what)
{
    long n = 0;

    curl_easy_getinfo(k->easy, what, &n);
    return n;
}

/* Connecting has a limit of its own: the pace counts from the first byte sent on. */
static bool too_slow(struct link *k)
{
    struct pace *p = &k->pace;
    const struct link_want *w = &k->want;
    int64_t bytes = k->up + k->down;
    int64_t now = link_clock();

    if (p->start_ms < 0) {
        if (bytes)
            *p = (struct pace){now, bytes, now, bytes, now};
        return false;
    }
    if (bytes != p->last_bytes) {
        p->last_ms = now;
        p->last_bytes = bytes;
    }
    if (w->idle_seconds)
        return now - p->last_ms >= w->idle_seconds * INT64_C(1000);
    if (now - p->start_ms < w->low_seconds * INT64_C(1000))
        return false;
    if (bytes - p->start_bytes < (int64_t)w->low_speed * w->low_seconds)
        return true;
    p->start_ms = now;
    p->start_bytes = bytes;
    return false;
}

/* While our side had other things to do the server was not slow. */
static void pass_over_absence(struct pace *p)
{
    int64_t away = link_clock() - p->left_ms;

    if (p->start_ms < 0)
        return;
    p->start_ms += away;
    p->last_ms += away;
}

static void look_for_end(struct link *k)
{
    int left;
    CURLMsg *m;

    while ((m = curl_multi_info_read(k->multi, &left)))
        if (m->msg == CURLMSG_DONE) {
            k->code = m->data.result;
            k->running = false;
        }
    if (k->running && too_slow(k)) {
        k->slow = true;
        k->running = false;
    }
    if (!k->running)
        curl_multi_remove_handle(k->multi, k->easy);
}

bool link_turn(struct link *k, int wait_ms)
{
    int still;

    if (!k->running)
        return false;
    pass_over_absence(&k->pace);
    if (wait_ms > 0)
        curl_multi_poll(k->multi, NULL, 0, wait_ms, NULL);
    if (curl_multi_perform(k->multi, &still) != CURLM_OK) {
        k->code = CURLE_FAILED_INIT;
        link_stop(k);
        return false;
    }
    look_for_end(k);
    k->pace.left_ms = link_clock();
    return k->running;
}

void link_stop(struct link *k)
{
    if (k->running)
        curl_multi_remove_handle(k->multi, k->easy);
    k->running = false;
}

/* --- how it ended --------------------------------------------------------------- */

/* Codes of X509_verify_cert_error_string, which every TLS library behind libcurl that
 * tells any maps to; a name that does not match comes as none of them. */
static enum link_end certificate(long verify)
{
    switch (verify) {
    case 9: /* not yet valid */
    case 10: /* expired */ return LINK_TLS_DATE;
    case 0: /* the chain is good, then; libcurl 7.88 leaves 1 there */
    case 1:
    case 62: /* host name mismatch */ return LINK_TLS_NAME;
    case 2:  /* issuer not found */
    case 18: /* self-signed */
    case 19: /* self-signed in chain */
    case 20: /* no local issuer */
    case 21: /* no chain */
    default: return LINK_TLS_CA;
    }
}

static bool is_plain(struct link *k)
{
    char *scheme = NULL;

    curl_easy_getinfo(k->easy, CURLINFO_SCHEME, &scheme);
    return scheme && strcasecmp(scheme, "http") == 0;
}

static enum link_end end_of(struct link *k)
{
    long tunnel = info_long(k, CURLINFO_HTTP_CONNECTCODE);

    if (k->slow)
        return LINK_SLOW;
    if (tunnel == 407)
        return LINK_PROXY;
    if (tunnel >= 300)
        return LINK_PROXY_SHUT;
    switch (k->code) {
    case CURLE_OK: return k->head_whole ? LINK_OK : LINK_CUT; /* it does not mind */
    case CURLE_COULDNT_RESOLVE_HOST: return LINK_NAME;
    case CURLE_COULDNT_RESOLVE_PROXY: return LINK_PROXY_NAME;
    case CURLE_COULDNT_CONNECT: return LINK_CONNECT;
    case CURLE_OPERATION_TIMEDOUT: return LINK_SILENT;
    case CURLE_GOT_NOTHING: return is_plain(k) ? LINK_NOTHING : LINK_CUT;
    case CURLE_PARTIAL_FILE:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: return LINK_CUT;
    case CURLE_PEER_FAILED_VERIFICATION:
        return certificate(info_long(k, CURLINFO_SSL_VERIFYRESULT));
    case CURLE_SSL_CONNECT_ERROR: return LINK_TLS_OTHER;
    case CURLE_SSL_CACERT_BADFILE: return LINK_CA_FILE;
    case CURLE_WRITE_ERROR: return LINK_STOPPED;
    case CURLE_OUT_OF_MEMORY: return LINK_HEAD; /* what a line too long is called */
    default: return LINK_GARBLED;
    }
}

void link_result(struct link *k, struct link_result *ret)
{
    const char *words = k->detail[0] ? k->detail : curl_easy_strerror(k->code);
    size_t n = strnlen(words, sizeof(ret->detail) - 1);

    *ret = (struct link_result){
            .end = end_of(k),
            .status = (int)info_long(k, CURLINFO_RESPONSE_CODE),
            .os_error = (int)info_long(k, CURLINFO_OS_ERRNO),
            .connections = (int)info_long(k, CURLINFO_NUM_CONNECTS),
            .up = k->up,
            .down = k->down,
    };
    memcpy(ret->detail, words, n);
    if (ret->end == LINK_PROXY_SHUT)
        ret->status = (int)info_long(k, CURLINFO_HTTP_CONNECTCODE);
}
