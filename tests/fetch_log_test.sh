#!/bin/sh
# usage: fetch_log_test.sh SOURCE_DIR API_ACCESS
# examples/log/fetch_log.sh prints a log that `api-access replay` reads, or fails. A
# stand-in for the provider's client answers.
set -eu

fetch=$1/examples/log/fetch_log.sh
account=$1/examples/accounts/trusted
api_access=$2
WORK=$(mktemp -d)
export WORK
trap 'rm -rf "$WORK"' EXIT

fail() {
  printf '%s\n' "$1"
  exit 1
}

# octl: its answers are $WORK/page, and $WORK/page-TOKEN after a NextPageToken.
mkdir "$WORK/bin"
cat >"$WORK/bin/octl" <<'END'
#!/bin/sh
set -eu
[ "$*" = 'iaas api ReadApiLogs' ]
request=$(cat)
printf '%s\n' "$request" >>"$WORK/requests"
token=$(printf '%s' "$request" | jq -r '.NextPageToken // empty')
cat "$WORK/page${token:+-$token}"
END
chmod +x "$WORK/bin/octl"
PATH=$WORK/bin:$PATH

entry='{"QueryDate":"2029-12-31T09:00:00Z","QueryCallName":"ReadVms","QueryAccessKey":"ROOTKEY0000000000001","QueryIpAddress":"192.0.2.7"}'
printf '{"Logs":[%s,%s],"NextPageToken":"a"}' "$entry" "$entry" >"$WORK/page"
printf '{"Logs":[%s],"NextPageToken":"b"}' "$entry" >"$WORK/page-a"
printf '{"Logs":[],"NextPageToken":null}' >"$WORK/page-b"

# All pages, which the dates and the page before ask for, and no more.
sh "$fetch" 2029-12-01 2030-01-02 >"$WORK/log" || fail 'expected a log'
entries=$("$api_access" replay --account "$account" --format json "$WORK/log" |
  jq .Entries)
[ "$entries" = 3 ] || fail "expected 3 entries, got $entries"
jq -se '
  map(.NextPageToken) == [null, "a", "b"]
  and (map(del(.NextPageToken)) | unique) == [{
    Filters: {QueryDateAfter: "2029-12-01", QueryDateBefore: "2030-01-02"},
    ResultsPerPage: 1000,
    With: {QueryHeaderRaw: false, QueryPayloadRaw: false}}]' \
  "$WORK/requests" >"$WORK/said" || fail "unexpected: $(cat "$WORK/requests")"

# expect_failure MESSAGE, of the answer on standard input.
expect_failure() {
  cat >"$WORK/page-a"
  ! sh "$fetch" 2029-12-01 2030-01-02 >"$WORK/log" 2>"$WORK/said" ||
    fail "expected a failure: $1"
  grep -qF "$1" "$WORK/said" || fail "expected $1, got $(cat "$WORK/said")"
  ! grep -q hidden "$WORK/said" || fail 'a value of the answer was printed'
}
expect_failure 'got [["Errors"]]' <<'END'
{"Errors":[{"Type":"hidden","Details":"","Code":"4"}]}
END
expect_failure 'got [["Secret"]]' <<'END'
{"Secret":"hidden"}
END
expect_failure 'got ["array"]' <<'END'
["hidden"]
END
expect_failure 'got []' </dev/null
expect_failure 'the same page came again' <<'END'
{"Logs":[],"NextPageToken":"a"}
END
printf '{"Logs":[],"NextPageToken":"a"}' >"$WORK/page-b"
expect_failure 'the same page came again' <<'END'
{"Logs":[],"NextPageToken":"b"}
END
rm "$WORK/page-a"
! sh "$fetch" 2029-12-01 2030-01-02 >"$WORK/log" 2>"$WORK/said" ||
  fail 'expected a failure when octl fails'
grep -qF 'failed with exit status 1' "$WORK/said" || fail "got $(cat "$WORK/said")"

status=0
sh "$fetch" 2029-12-01 2>"$WORK/said" || status=$?
[ "$status" -eq 2 ] || fail "expected 2 without two dates, got $status"
