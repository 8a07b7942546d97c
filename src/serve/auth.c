/* Who asks: passwords of accounts, the workshop's code, cookies. */
#include "priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "odus/base/base64.h"
#include "odus/base/clock.h"
#include "odus/base/file.h"
#include "odus/base/hash.h"

/* --- remembering --------------------------------------------------------------- */

static struct session *session_find(
        struct session *of, int n, const char *token, int64_t now_ms)
{
    for (int i = 0; i < n; i++)
        if (of[i].token[0] && of[i].until_ms > now_ms &&
                crypt_same(view_of(of[i].token), view_of(token)))
            return &of[i];
    return NULL;
}

/* In the place of the one that ends first. */
static void session_add(
        struct session *of, int n, const char *token, const char *name, int64_t until)
{
    int oldest = 0;

    for (int i = 1; i < n; i++)
        if (of[i].until_ms < of[oldest].until_ms)
            oldest = i;
    of[oldest] = (struct session){.until_ms = until};
    snprintf(of[oldest].token, sizeof(of[oldest].token), "%s", token);
    snprintf(of[oldest].name, sizeof(of[oldest].name), "%s", name);
}

/* --- accounts ------------------------------------------------------------------ */

enum { NO_ACCOUNTS = 1 }; /* the stamp of no file */

static int64_t stamp_of(const char *dir)
{
    char *path = file_join(dir, "accounts");
    struct stat st;
    int64_t stamp = NO_ACCOUNTS;

    if (stat(path, &st) == 0)
        stamp = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec +
                (int64_t)st.st_ino * 31;
    free(path);
    return stamp;
}

int auth_refresh(struct serve *s, struct err *err)
{
    const char *dir = store_dir(s->opt.store);
    int64_t stamp = stamp_of(dir);
    struct json *accounts;
    int rc;

    if (stamp == s->accounts_stamp)
        return 0;
    rc = accounts_read(dir, &accounts, err);
    if (rc)
        return rc;
    /* who has closed it, with accounts, does not open it by removing the last */
    s->open = (s->open || !s->accounts) && s->opt.loopback && !s->code[0] &&
              stamp == NO_ACCOUNTS;
    json_free(s->accounts);
    s->accounts = accounts;
    s->accounts_stamp = stamp;
    crypt_wipe(s->sessions, sizeof(s->sessions));
    crypt_wipe(s->known, sizeof(s->known));
    return 0;
}

bool auth_has_role(const struct who *who, const char *role)
{
    for (size_t i = 0; who->roles[i]; i++)
        if (strcmp(who->roles[i], role) == 0)
            return true;
    return false;
}

static void become(struct call *c, const char *name, const char *method)
{
    const struct json *account = json_get(c->serve->accounts, name);
    const struct json *roles = json_get(account, "roles");
    size_t n = 0;

    c->who = (struct who){
            .method = method, .guest = !account && strcmp(name, SERVE_GUEST) == 0};
    if (!account && !c->who.guest)
        return; /* who was somebody is nobody now */
    snprintf(c->who.name, sizeof(c->who.name), "%s", name);
    for (size_t i = 0; i < json_len(roles) && n < ACCOUNTS_ROLES_MAX; i++)
        if (json_as_text(json_at(roles, i)))
            c->who.roles[n++] = json_as_text(json_at(roles, i));
    if (c->who.guest)
        c->who.roles[0] = "organisateur";
}

/* --- passwords ----------------------------------------------------------------- */

/* As typed from a wall: in any case, with or without the hyphen. */
static bool is_code(const struct serve *s, struct view typed)
{
    struct buf plain, code;
    bool same;

    buf_init(&plain, 0);
    buf_init(&code, 0);
    for (size_t i = 0; i < typed.n && i < 2 * SERVE_CODE; i++)
        if (typed.p[i] != '-' && typed.p[i] != ' ')
            buf_addc(&plain, typed.p[i] >= 'a' && typed.p[i] <= 'z' ? typed.p[i] ^ ' '
                                                                    : typed.p[i]);
    for (const char *p = s->code; *p; p++)
        if (*p != '-')
            buf_addc(&code, *p);
    same = code.len && crypt_same(buf_view(&plain), buf_view(&code));
    buf_release(&plain);
    buf_release(&code);
    return same;
}

/* A name that is not there must not be told by how quickly it is refused: the password
 * is tried at another account's hash, where it opens nothing. */
static void take_as_long(const struct serve *s, struct view password)
{
    struct json_iter it = {0};
    const char *hash = NULL;

    if (json_iter(s->accounts, &it))
        hash = json_get_text(it.val, "password");
    if (hash)
        (void)!crypt_verify(hash, password);
}

static bool is_password(
        struct serve *s, const char *name, struct view password, int64_t now_ms)
{
    const char *hash = json_get_text(json_get(s->accounts, name), "password");
    const struct view parts[] = {view_of(s->key), view_of(name), password};
    char token[HASH_128_TEXT];

    if (password.n > ACCOUNTS_PASSWORD_MAX)
        return false;
    if (!hash) {
        take_as_long(s, password);
        return false;
    }
    hash_blake2b128(parts, COUNT(parts), token);
    if (session_find(s->known, KNOWN_PLACES, token, now_ms))
        return true;
    if (!crypt_verify(hash, password))
        return false;
    session_add(s->known, KNOWN_PLACES, token, name, now_ms + SESSION_MS);
    return true;
}

bool auth_password(struct call *c, const char *name, struct view password)
{
    struct serve *s = c->serve;
    bool guest = s->code[0] && strcmp(name, SERVE_GUEST) == 0;
    int64_t now_ms = clock_mono_ms();

    if (!guest && !c->rq->tls && !c->rq->loopback) {
        answer_error(c->answer, 403, "forbidden",
                "passwords of accounts are taken over https only; in a workshop sign "
                "in as " SERVE_GUEST " with its code");
        return false;
    }
    if (door_closed(&s->door, name, c->rq->address, now_ms)) {
        answer_error(c->answer, 403, "forbidden",
                "Account is temporarily locked due to multiple authentication "
                "failures");
        return false;
    }
    if (guest ? is_code(s, password) : is_password(s, name, password, now_ms)) {
        door_right(&s->door, name, c->rq->address);
        become(c, name, "default");
        return true;
    }
    door_wrong(&s->door, name, c->rq->address, now_ms);
    answer_error(c->answer, 401, "unauthorized", "Name or password is incorrect.");
    return false;
}

static bool identify_basic(struct call *c, struct view base64)
{
    struct view password, name;
    struct buf text;
    bool ok = false;

    buf_init(&text, 1024);
    text.secret = true;
    if (base64.n <= 1024 && base64_read(view_trim(base64), &text)) {
        password = buf_view(&text);
        if (memchr(text.s, ':', text.len) && strlen(text.s) == text.len &&
                view_next(&password, ':', &name)) {
            char *owned = view_dup(name);

            ok = auth_password(c, owned, password);
            free(owned);
            buf_release(&text);
            return ok;
        }
    }
    answer_error(c->answer, 401, "unauthorized", "The authorization cannot be read.");
    buf_release(&text);
    return false;
}

/* --- cookies ------------------------------------------------------------------- */

/* The session the request's cookie names, or NULL. */
static struct session *session_of(struct call *c, int64_t now_ms)
{
    static const char key[] = "AuthSession=";
    struct view rest = view_of(c->rq->cookie), part;

    while (view_next(&rest, ';', &part)) {
        char token[CRYPT_TOKEN];

        part = view_trim(part);
        if (part.n != sizeof(key) - 1 + CRYPT_TOKEN - 1 ||
                memcmp(part.p, key, sizeof(key) - 1) != 0)
            continue;
        memcpy(token, part.p + sizeof(key) - 1, CRYPT_TOKEN - 1);
        token[CRYPT_TOKEN - 1] = '\0';
        return session_find(c->serve->sessions, SESSION_PLACES, token, now_ms);
    }
    return NULL;
}

void auth_open_session(struct call *c)
{
    char token[CRYPT_TOKEN];

    auth_close_session(c);
    crypt_token(token);
    session_add(c->serve->sessions, SESSION_PLACES, token, c->who.name,
            clock_mono_ms() + SESSION_MS);
    snprintf(c->answer->cookie, sizeof(c->answer->cookie),
            "AuthSession=%s; Version=1; Path=/; HttpOnly; SameSite=Strict%s", token,
            c->rq->tls ? "; Secure" : "");
}

void auth_close_session(struct call *c)
{
    struct session *s = session_of(c, clock_mono_ms());

    if (s)
        crypt_wipe(s, sizeof(*s));
    snprintf(c->answer->cookie, sizeof(c->answer->cookie),
            "AuthSession=; Version=1; Path=/; Max-Age=0; HttpOnly");
}

/* --- a request ----------------------------------------------------------------- */

bool auth_identify(struct call *c)
{
    const char *given = c->rq->authorization;
    int64_t now_ms = clock_mono_ms();
    struct session *session;

    c->who = (struct who){.method = NULL};
    if (c->origin == ORIGIN_ANY)
        return true; /* whatever it sends: those sites are not trusted with passwords */
    if (c->serve->open && c->origin == ORIGIN_OWN) {
        snprintf(c->who.name, sizeof(c->who.name), "local");
        c->who.roles[0] = "formateur";
        return true;
    }
    if (given && strncasecmp(given, "Basic ", 6) == 0)
        return identify_basic(c, view_of(given + 6));
    session = session_of(c, now_ms);
    if (session) {
        session->until_ms = now_ms + SESSION_MS;
        become(c, session->name, "cookie");
    }
    return true;
}

bool auth_required(struct call *c)
{
    if (c->who.name[0])
        return true;
    answer_error(c->answer, 401, "unauthorized",
            "You are not authorized to access this db.");
    c->answer->basic = c->origin == ORIGIN_OWN; /* no window over another's page */
    return false;
}

bool auth_is_visitor(const struct call *c)
{
    return c->origin != ORIGIN_OWN && !c->who.name[0];
}
