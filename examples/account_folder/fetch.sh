#!/bin/sh
# Makes the folder that api-access reads. POSIX sh, octl, jq and mktemp.
set -eu
# The answers tell who may get in.
umask 077

usage() {
  cat <<'END'
usage: fetch.sh DIR
  Asks octl, without filters, for the answers that make the folder of an account:
    ReadUsers.json                  all pages, one after the other
    ReadAccessKeys.<UserName>.json  of each EIM user
    ReadAccessKeys.json             of the root user
    ReadApiAccessRules.json, ReadApiAccessPolicy.json, ReadCas.json
  Call it with an access key of the root user: without a user name,
  ReadAccessKeys lists the keys of whoever calls. octl takes the key from
  OSC_ACCESS_KEY and OSC_SECRET_KEY, or from the profile OSC_PROFILE.
  DIR must not exist. It appears whole, after the last call, or not at all.
  Exit status: 0 DIR was made, 1 a call failed or its answer cannot be kept,
  2 nothing was called, above 128 a signal.
END
}

say() { printf 'fetch.sh: %s\n' "$1" >&2; }

fail() {
  say "$1"
  exit 1
}

# refuse SENTENCE: nothing was called yet.
refuse() {
  say "$1"
  exit 2
}

# fail_request SENTENCE, about the request that is under way. jq escapes it, as a
# user name in it can be anything.
fail_request() {
  fail "$(printf '%s' "$request" | jq -Ra .): $1"
}

# call FILE FIELD TYPE METHOD [OPTION]
# Puts the answer of METHOD, whose FIELD has to be of TYPE, into FILE.
call() {
  file=$partial/$1
  field=$2
  type=$3
  shift 3
  request="octl iaas api $*"
  # Some file systems take two names, such as Alice and alice, for one.
  [ ! -e "$file" ] || fail_request 'another user has the same file name here'
  # octl would read its standard input as a part of the request.
  octl iaas api "$@" </dev/null >"$file" ||
    fail_request "failed with exit status $?"
  # What is wrong with it, if anything. Of another answer the names of the fields
  # alone: their values may be secrets.
  # shellcheck disable=SC2016 # jq's variables
  wrong=$(jq -sac --arg field "$field" --arg type "$type" '
    def described:
      if type != "object" then type
      elif has("Errors") then {Errors}
      else {fields: keys} end;
    if length == 1 and (.[0] | type == "object" and (.[$field] | type == $type))
    then empty
    else map(described) end' "$file") ||
    fail_request 'expected an answer in JSON'
  [ -z "$wrong" ] ||
    fail_request "expected one answer with the $type $field, got $wrong"
}

# of_users OPTIONS FILTER: jq on the list of all users that were read.
of_users() {
  jq -s "$1" "map(.Users[]) | $2" "$partial/ReadUsers.json" ||
    fail 'ReadUsers: expected users'
}

read_users() {
  count=0
  set --
  while :; do
    call page Users array ReadUsers "$@"
    cat "$partial/page" >>"$partial/ReadUsers.json"
    more=$(jq .HasMoreItems "$partial/page")
    rm "$partial/page"
    # A page came again, or the list changed between two pages.
    twice=$(of_users -ac \
      'map(.UserName) | group_by(.) | map(select(length > 1)[0]) | select(. != [])')
    [ -z "$twice" ] ||
      fail "ReadUsers: expected each user once, got some twice, try again: $twice"
    before=$count
    count=$(of_users -r length)
    [ "$more" = true ] || break
    [ "$count" -gt "$before" ] ||
      fail 'ReadUsers: expected users on a page that is not the last, got none'
    # Counted from 0: the first user that was not read yet.
    set -- "--FirstItem=$count"
  done
  # No control characters: a newline would make two names of one below. No empty
  # name: ReadAccessKeys would list the caller's keys. At most 255 bytes: file
  # systems take no longer names.
  unfit=$(of_users -ac 'map(.UserName | select(
      type != "string" or . == ""
      or (explode | any(. < 32 or . == 127 or . == 47))
      or ("ReadAccessKeys.\(.).json" | utf8bytelength > 255)))
    | select(. != [])')
  [ -z "$unfit" ] || fail "these user names cannot be a part of a file name: $unfit"
}

read_keys_of_users() {
  of_users -r '.[].UserName' >"$partial/names"
  while IFS= read -r name; do
    call "ReadAccessKeys.$name.json" AccessKeys array \
      ReadAccessKeys "--UserName=$name"
  done <"$partial/names"
  rm "$partial/names"
}

case ${1-} in
  -h | --help)
    usage
    exit
    ;;
  '' | -*) set -- ;;
esac
if [ $# -ne 1 ]; then
  usage >&2
  exit 2
fi
dir=$1
while [ "$dir" != / ] && [ "$dir" != "${dir%/}" ]; do dir=${dir%/}; done
exists() { [ -e "$dir" ] || [ -L "$dir" ]; }
! exists || refuse "expected a folder that does not exist yet, got $dir"
for program in octl jq; do
  command -v "$program" >/dev/null || refuse "expected the program $program on PATH"
done

# Beside DIR, so that renaming it is one step.
partial=$(mktemp -d "$dir.XXXXXX") ||
  refuse "no folder can be made beside $dir"
trap 'rm -rf "$partial"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

read_users
read_keys_of_users
call ReadAccessKeys.json AccessKeys array ReadAccessKeys
call ReadApiAccessRules.json ApiAccessRules array ReadApiAccessRules
call ReadApiAccessPolicy.json ApiAccessPolicy object ReadApiAccessPolicy
call ReadCas.json Cas array ReadCas

# mv would move the folder into a folder that was made meanwhile.
! exists || fail "$dir was made by somebody else meanwhile"
mv "$partial" "$dir"
printf '%s holds all answers (EIM users: %s). Next: api-access check --account %s\n' \
  "$dir" "$count" "$dir"
