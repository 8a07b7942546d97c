#!/bin/sh
# tests/run-headless.sh ODUS: what `make run` does without a terminal. Keys a real
# entry in line mode into a store of its own, among the sample season, completes
# nothing by force, and prints what the store then holds. Anything that goes wrong
# ends it with a status other than 0.
set -eu

odus=$1
form=evenement
answers=forms/samples/saisie.txt

store=$(mktemp -d)
trap 'rm -rf "$store"' EXIT
"$odus" --store "$store" sample add
"$odus" --store "$store" line "$form" <"$answers"
"$odus" --store "$store" list "$form" Veillée
