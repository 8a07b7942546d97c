#!/bin/sh
# tests/run-bench.sh BUILD PROGRAM...: runs the timings one after the other. Each
# prints a line per figure and fails when one is over its budget.
set -eu

build=$(cd "$1" && pwd)
shift
status=0
export ODUS_BIN="$build/odus" ODUS_FORMS="$PWD/forms" LC_ALL=C.UTF-8
for program; do
    TMPDIR=$(mktemp -d)
    export TMPDIR HOME="$TMPDIR"
    "$program" || status=1
    rm -rf "$TMPDIR"
done
[ $# != 0 ] || echo 'no timings yet'
exit $status
