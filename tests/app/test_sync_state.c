/* What a session is shown to be, from what its worker says. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "odus/app/sync.h"

static void hear(struct sync_state *s, const char *text)
{
    struct json *event = NULL;

    assert_int_equal(json_parse(view_of(text), 0, &event, NULL), 0);
    sync_state_event(s, event);
    json_free(event);
}

#define WAIT "{\"ev\":\"wait\",\"seconds\":1,\"message\":\"no network\",\"args\":[]}"
#define FAIL "{\"ev\":\"error\",\"message\":\"no network\",\"args\":[],\"down\":true}"

/* What it waited for is over, and no reason why it ended. */
static void state__done_after_a_wait__is_no_error(void **state)
{
    struct sync_state s = {.phase = SYNC_NONE};

    (void)state;
    hear(&s, WAIT);
    assert_non_null(s.err.id);
    hear(&s, "{\"ev\":\"done\",\"pushed\":1}");
    assert_int_equal(s.phase, SYNC_ENDED);
    assert_null(s.err.id);
    assert_int_equal(s.pushed, 1);
    sync_state_release(&s);
}

static void state__done_after_an_error__keeps_it(void **state)
{
    struct sync_state s = {.phase = SYNC_NONE};

    (void)state;
    hear(&s, FAIL);
    hear(&s, "{\"ev\":\"done\",\"pushed\":1}");
    assert_non_null(s.err.id);
    assert_true(s.failed_link);
    sync_state_release(&s);
}

/* That passwords may be read by others is said before the session is known to begin. */
static void state__warning_before_the_start__is_kept(void **state)
{
    struct sync_state s = {.phase = SYNC_NONE};

    (void)state;
    hear(&s, "{\"ev\":\"warning\",\"message\":\"beware\",\"args\":[]}");
    hear(&s, "{\"ev\":\"start\",\"url\":\"https://a.example\"}");
    assert_int_equal(s.phase, SYNC_SIGN_IN);
    assert_int_equal(json_len(s.log), 1);
    sync_state_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
            cmocka_unit_test(state__done_after_a_wait__is_no_error),
            cmocka_unit_test(state__done_after_an_error__keeps_it),
            cmocka_unit_test(state__warning_before_the_start__is_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
