#!/bin/sh
# Prints the provider's call log. POSIX sh, octl and jq.
set -eu
# It tells who called what from where.
umask 077

usage() {
  cat <<'END'
usage: fetch_log.sh AFTER BEFORE >log.json
  Asks octl for all pages of the calls between two dates, such as 2029-12-01 and
  2030-01-02: of the last 32 days, and without the parameters and headers of the
  calls. Without dates the provider would answer with 48 hours.
  Exit status: 0, or 1 if a call failed or its answer is not a page of a log, or
  2 if nothing was called.
END
}

fail() {
  printf 'fetch_log.sh: %s\n' "$1" >&2
  exit 1
}

if [ $# -ne 2 ]; then
  usage >&2
  exit 2
fi
for program in octl jq; do
  command -v "$program" >/dev/null || {
    printf 'fetch_log.sh: expected the program %s on PATH\n' "$program" >&2
    exit 2
  }
done

request=$(jq -nc --arg after "$1" --arg before "$2" '{
  Filters: {QueryDateAfter: $after, QueryDateBefore: $before},
  ResultsPerPage: 1000,
  With: {QueryHeaderRaw: false, QueryPayloadRaw: false}}')
token=
seen=
newline='
'
while :; do
  # octl takes its standard input for the request.
  page=$(printf '%s' "$request" |
    jq -c --arg token "$token" 'if $token == "" then . else .NextPageToken = $token end' |
    octl iaas api ReadApiLogs) || fail "ReadApiLogs failed with exit status $?"
  # Of another answer the names of the fields alone: values may be secrets.
  next=$(printf '%s' "$page" | jq -sr '
    if length == 1 and (.[0] | type == "object" and (.Logs | type == "array"))
    then .[0].NextPageToken // ""
    else error("expected one answer with the array Logs, got "
      + (map(if type == "object" then keys else type end) | tojson)) end') ||
    fail 'ReadApiLogs: expected a page of a log'
  printf '%s\n' "$page"
  [ -n "$next" ] || break
  ! printf '%s' "$seen" | grep -qxF -e "$next" ||
    fail 'ReadApiLogs: the same page came again'
  seen=$seen$next$newline
  token=$next
done
