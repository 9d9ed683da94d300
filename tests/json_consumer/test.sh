#!/bin/sh
# usage: test.sh GATEWAY API_ACCESS ACCOUNT
# The stranger's program answers as api-access does.
set -eu
decided=$("$1" "$3" <"$3/requests.jsonl")
expected=$("$2" decide --account "$3" --now 2030-01-01 <"$3/requests.jsonl")
test -n "$decided"
test "$decided" = "$expected" || {
  printf 'expected:\n%s\ngot:\n%s\n' "$expected" "$decided"
  exit 1
}
