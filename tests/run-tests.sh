#!/bin/sh
# tests/run-tests.sh BUILD PROGRAM...: runs test programs, JOBS (2) at a time, each
# in a sandbox of its own that must be empty afterwards, and counts their results.
# A program speaks TAP (cmocka's does), or by its exit status alone: 0 passed,
# 77 skipped, else failed. One that was not built is skipped. TEST_WRAP goes before
# each command (valgrind). Last line: "N passed, N failed, N skipped".
set -eu

# Everything a program's surroundings could change, fixed or removed.
clean_environment() {
    unset LANG LANGUAGE DISPLAY WAYLAND_DISPLAY NO_COLOR COLORTERM COLUMNS LINES \
        XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR \
        ODUS_STORE ODUS_NOW TZ MAKEFLAGS MAKELEVEL MFLAGS || :
    export LC_ALL=C.UTF-8 TERM=dumb ODUS_BUILD="$build" ODUS_BIN="$build/odus" \
        ODUS_FORMS="$PWD/forms" ODUS_PEERS="${ODUS_PEERS:-$PWD/build/peers}" CMOCKA_MESSAGE_OUTPUT=TAP \
        UBSAN_OPTIONS="${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}"
}

# Reads TAP and the exit STATUS; prints "passed failed skipped".
count() {
    awk -v status="$2" '
        /^1\.\.[0-9]+/ { plan += substr($0, 4) }
        /^(not )?ok/ {
            if (toupper($0) ~ /# SKIP/) skipped++
            else if (/^ok/) passed++
            else failed++
        }
        END {
            seen = passed + failed + skipped
            if (plan + seen == 0) {
                passed = status == 0
                skipped = status == 77
                failed = 1 - passed - skipped
            } else {
                if (seen < plan) failed += plan - seen
                if (status != 0 && failed == 0) failed = 1
            }
            printf "%d %d %d\n", passed, failed, skipped
        }' "$1"
}

report() { # what happened to $program, in one line; the log of a failure after it
    read -r passed failed skipped <"$log.count"
    total="$passed passed"
    [ "$failed" = 0 ] || total="$total, $failed FAILED"
    [ "$skipped" = 0 ] || total="$total, $skipped skipped"
    note=$(grep -qE '^(1\.\.|(not )?ok)' "$log.out" || tail -n 1 "$log.out")
    echo "$name: $total${note:+ ($note)}"
    if [ "$failed" != 0 ]; then
        [ "$status" = 0 ] || echo "    exit status $status"
        grep -v '^ok' "$log.out" | cat - "$log.err" | head -n 400 | sed 's/^/    /'
    elif [ "$skipped" != 0 ]; then
        sed -n 's/^.*# SKIP/    skipped:/p' "$log.out"
    fi
}

run_one() {
    program=$1
    name=${program#"$build/"}
    name=${name#"$PWD/"}
    id=$(echo "$name" | tr / _)
    log=$build/logs/$id
    export TMPDIR="$build/sandbox/$id/tmp" HOME="$build/sandbox/$id/home"
    mkdir -p "$TMPDIR" "$HOME"
    status=0
    : >"$log.err"
    if [ -x "$program" ]; then
        # shellcheck disable=SC2086 # a command and its options
        timeout "${TEST_SECONDS:-600}" ${TEST_WRAP:-} "$program" >"$log.out" 2>"$log.err" </dev/null ||
            status=$?
    else
        echo 'not built: a library is missing' >"$log.out"
        status=77
    fi
    left=$(find "$TMPDIR" "$HOME" -mindepth 1)
    if [ -n "$left" ]; then
        printf 'leaves files behind:\n%s\n' "$left" >>"$log.err"
        [ "$status" != 0 ] || status=98
    fi
    rm -rf "$build/sandbox/$id"
    count "$log.out" "$status" >"$log.count"
    report >"$log.report"
    cat "$log.report"
}

build=$(cd "$1" && pwd)
shift
if [ "${1:-}" = --one ]; then
    run_one "$2"
    exit 0
fi

clean_environment
rm -rf "$build/logs" "$build/sandbox"
mkdir -p "$build/logs"
for program; do
    case $program in
    /*) echo "$program" ;;
    *) echo "$PWD/$program" ;;
    esac
done | xargs -r -n 1 -P "${JOBS:-2}" "$0" "$build" --one
rm -rf "$build/sandbox"
find "$build/logs" -name '*.count' -exec cat {} + | awk '
    { passed += $1; failed += $2; skipped += $3 }
    END {
        printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
        exit failed != 0
    }'
