#!/bin/sh
# tests/run-bench.sh BUILD PROGRAM...: the timings, one program after the other. What
# they work on is made once in BUILD/bench; the report stays there as report.txt.
set -eu

build=$(cd "$1" && pwd)
shift
status=0
TMPDIR=$(mktemp -d)
trap 'rm -rf "$TMPDIR"' EXIT
export TMPDIR HOME="$TMPDIR" LC_ALL=C.UTF-8 TZ=Europe/Paris
export ODUS_BIN="$build/odus" ODUS_FORMS="$PWD/forms"
export BENCH_DIR="$build/bench" BENCH_FIGURES="$build/bench/figures.tsv"
export ODUS_PEERS="${ODUS_PEERS:-$PWD/build/peers}"
unset ODUS_STORE ODUS_NOW XDG_DATA_HOME XDG_CONFIG_HOME

mkdir -p "$BENCH_DIR"
rm -f "$BENCH_FIGURES"
cp -f "$build/tests/bench/floor" "$build/tests/bench/floor_sync" "$BENCH_DIR/"
"$build/tests/bench/fill" "$BENCH_DIR" store 0 store 10000 store 100000 \
    ${BENCH_FULL:+store 50000 store 1000000} csv 10000 form 500 \
    calcurse 0 calcurse 1000 calcurse 10000
for program; do
    echo "running ${program##*/}" >&2
    "$program" || status=1
done
{
    echo "odus $(git rev-parse --short HEAD 2>/dev/null), $(date -u +%FT%TZ)," \
        "$(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg)"
    echo
    awk -f tests/bench/report.awk "$BENCH_FIGURES"
} >"$BENCH_DIR/report.txt"
cat "$BENCH_DIR/report.txt"
exit $status
