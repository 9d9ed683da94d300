#!/bin/sh
# usage: test.sh BUILD_DIR API_ACCESS SOURCE_DIR
# The stranger's programs decide on the sample accounts as api-access does.
set -eu
build=$1
api_access=$2
accounts=$3/examples/accounts

fail() {
  printf 'expected of %s:\n%s\ngot:\n%s\n' "$1" "$2" "$3"
  exit 1
}

# The account of a folder as one object: each answer by the name of its file.
document() {
  for file in "$1"/Read*.json; do
    jq -c --arg name "$(basename "$file" .json)" '{($name): .}' "$file"
  done | jq -cs add
}

for account in ready blocked eim-users trusted; do
  folder=$accounts/$account
  document "$folder" >"$build/$account.json"
  # A line in error has no reason, and is not asked.
  expected=$("$api_access" decide --account "$folder" --now 2030-01-01 \
    <"$folder/requests.jsonl" |
    jq -r 'select(.Reason) | [.Verdict, .Reason, .RuleId // ""] | join("\t")')
  decided=$("$api_access" decide --account "$folder" --now 2030-01-01 \
    <"$folder/requests.jsonl" | jq -r '.Reason != null' |
    paste -d '\t' - "$folder/requests.jsonl" | sed -n 's/^true\t//p' |
    jq -r '[.Service, .Method, .ClientIp, .Login // "", .AccessKeyId // "",
        (.Certificate.CaIds // [] | join(",")), .Certificate.Cn // ""] |
      join("\t")' |
    "$build/gateway" "$build/$account.json")
  [ "$(printf '%s\n' "$expected" | wc -l)" -gt 2 ]
  [ "$decided" = "$expected" ] || fail "$account" "$expected" "$decided"
done

# The documentation shows the second one.
shown=$(sed -n '/^```c$/,/^```$/p' "$3/include/api_access/c/README.md" |
  sed '1d;$d')
[ "$shown" = "$(cat "$3/tests/c_consumer/first.c")" ] ||
  fail README.md first.c "$shown"
reason=$("$build/first" <"$build/trusted.json") || :
[ "$reason" = rule-matched ] || fail first rule-matched "$reason"
