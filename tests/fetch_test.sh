#!/bin/sh
# usage: fetch_test.sh SOURCE_DIR API_ACCESS
# examples/account_folder/fetch.sh makes a folder that api-access reads, or none,
# whatever the provider's client does. A stand-in for the client answers.
set -eu

fetch=$1/examples/account_folder/fetch.sh
api_access=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  printf '%s\n' "$1"
  exit 1
}

# octl, as far as fetch.sh calls it. $work/users/N is its answer to ReadUsers from
# the N-th user on. Where its arguments are those in FAIL_AT it does FAIL_AS.
mkdir "$work/bin" "$work/users" "$work/out"
cat >"$work/bin/octl" <<'END'
#!/bin/sh
set -eu
[ "$1 $2" = 'iaas api' ]
shift 2
printf '%s\n' "$*" >>"$WORK/calls"
if [ "$*" = "${FAIL_AT-}" ]; then
  case $FAIL_AS in
    status) exit 3 ;;
    text) echo '{"AccessKeys":['; exit 3 ;;
    half) echo '{"AccessKeys":['; exit ;;
    errors) echo '{"Errors":[{"Type":"AccessDenied","Details":"","Code":"4"}]}'; exit ;;
    other) echo '{"Secret":"hidden"}'; exit ;;
    list) echo '[]'; exit ;;
    twice) echo '{"AccessKeys":[]}{"AccessKeys":[]}'; exit ;;
    empty) exit ;;
    same) (cd "$WORK"/out/account.* && touch ReadAccessKeys.dave.json) ;;
    meanwhile) mkdir "$WORK/out/account" ;;
    TERM | INT | HUP) kill -s "$FAIL_AS" "$PPID"; exit 3 ;;
  esac
fi
# It takes its standard input for a part of the request.
[ -z "$(cat)" ]
case $1 in
  ReadUsers)
    first=${2:---FirstItem=0}
    cat "$WORK/users/${first#--FirstItem=}"
    ;;
  ReadAccessKeys)
    # The name comes back as Tag. Keys of two users differ.
    jq -n --arg name "${2-}" '($name | ltrimstr("--UserName=")) as $name
      | {AccessKeys: [{AccessKeyId: "KEY \($name)", State: "ACTIVE", Tag: $name,
          ExpirationDate: "2030-01-01T00:30:00Z"}]}'
    ;;
  ReadApiAccessRules)
    echo '{"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRanges":["192.0.2.0/24"],"CaIds":["ca-1"]}]}'
    ;;
  ReadApiAccessPolicy)
    echo '{"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":3600,"RequireTrustedEnv":true}}'
    ;;
  ReadCas) echo '{"Cas":[{"CaId":"ca-1"}]}' ;;
  *) exit 64 ;;
esac
END
chmod +x "$work/bin/octl"
export WORK="$work" FAIL_AT='' FAIL_AS=''
PATH=$work/bin:$PATH

# page FIRST MORE NAME...: the answer to ReadUsers from the user FIRST on.
page() {
  first=$1
  more=$2
  shift 2
  jq -n --argjson more "$more" '{Users: [$ARGS.positional[] | {UserName: .}],
    HasMoreItems: $more}' --args -- "$@" >"$work/users/$first"
}

# run ARGUMENT...: fetch.sh in $work/out. Its status is in $status.
run() {
  : >"$work/calls"
  status=0
  (cd "$work/out" && exec sh "$fetch" "$@" >"$work/stdout" 2>"$work/stderr") ||
    status=$?
}

# expect_none STATUS WORD [ARGUMENT...]: nothing is left, WORD is said.
expect_none() {
  expected=$1
  word=$2
  shift 2
  what="$* (octl: $FAIL_AT $FAIL_AS)"
  before=$(find "$work/out" | sort)
  run "$@"
  [ "$status" -eq "$expected" ] ||
    fail "$what: expected status $expected, got $status: $(cat "$work/stderr")"
  [ "$(find "$work/out" | sort)" = "$before" ] ||
    fail "$what: expected nothing new, got $(ls -A "$work/out")"
  [ ! -s "$work/stdout" ] || fail "$what: expected no output"
  [ -z "$word" ] || grep -qF -e "$word" "$work/stderr" ||
    fail "$what: expected $word to be said, got $(cat "$work/stderr")"
}

# expect_folder FOLDER NAME...: fetch.sh makes it, with the keys of these users.
expect_folder() {
  folder=$1
  shift
  run "$folder"
  [ "$status" -eq 0 ] || fail "$folder: got status $status: $(cat "$work/stderr")"
  [ ! -s "$work/stderr" ] || fail "$folder: expected no message"
  [ "$(wc -l <"$work/stdout")" -eq 1 ] || fail "$folder: expected one line"
  grep -qF "api-access check --account $folder" "$work/stdout" ||
    fail "$folder: expected the next command, got $(cat "$work/stdout")"
  cd "$work/out/$folder"
  [ "$(find . -type f | wc -l)" -eq $((5 + $#)) ] || fail "$folder: got $(ls)"
  for name in "$@"; do
    [ "$(jq -r '.AccessKeys[].Tag' "./ReadAccessKeys.$name.json")" = "$name" ] ||
      fail "$folder: expected the keys of $name"
  done
  [ "$(jq -r '.AccessKeys[].Tag' ReadAccessKeys.json)" = '' ] ||
    fail "$folder: expected the caller's keys"
  cd "$work"
}

# expect_ready FOLDER: api-access takes the account as whole.
expect_ready() {
  "$api_access" check --account "$work/out/$1" --now 2030-01-01 >"$work/check" 2>&1 ||
    fail "$1: expected a trusted session to be ready, got $(cat "$work/check")"
}

# Without users; and nobody else may read the answers.
page 0 false
expect_folder none
expect_ready none
[ "$(find "$work/out/none" -perm /077)" = '' ] || fail 'expected private files'

# Names that the shell, octl or a glob could take for something else.
page 0 false alice 'with blank' ' blanks ' 'quote"s'\' '$(touch x)' '`touch x`' \
  '-n' '--Filters.States=ACTIVE' '*' '..' 'back\slash' '{{.UserName}}' 'é€😀' a,b 007
expect_folder odd alice 'with blank' ' blanks ' 'quote"s'\' '$(touch x)' \
  '`touch x`' '-n' '--Filters.States=ACTIVE' '*' '..' 'back\slash' '{{.UserName}}' \
  'é€😀' a,b 007
expect_ready odd
[ "$(find "$work" -name x)" = '' ] || fail 'a user name was run as a command'

# The commands of the README make the same folder.
awk '/^### / { here = /Getting the answers/ }
  /^```/ { inside = here && !blocks && /^```sh$/; blocks += inside; next }
  inside' "$1/README.md" >"$work/by_hand.sh"
(cd "$work/out" && sh -eu "$work/by_hand.sh" </dev/null) ||
  fail "by hand: got $(cat "$work/by_hand.sh")"
diff -r "$work/out/odd" "$work/out/account" ||
  fail 'expected the commands of the README to do as fetch.sh does'
rm -r "$work/out/account"

# The longest name that a file can have.
long=$(printf '%0235d' 0)
page 0 false "$long"
expect_folder longest "$long"
expect_ready longest

# Three pages, one after the other in one file.
page 0 true alice bob
page 2 true carol
page 3 false dave eve
expect_folder paged alice bob carol dave eve
[ "$(jq -sc 'map([.Users[].UserName])' "$work/out/paged/ReadUsers.json")" = \
  '[["alice","bob"],["carol"],["dave","eve"]]' ] || fail 'expected three pages'
[ "$(grep -c ReadUsers "$work/calls")" -eq 3 ] || fail 'expected three calls'
grep -qx 'ReadUsers' "$work/calls" || fail 'expected the first page without options'
expect_ready paged

# expect_failure AT AS STATUS [WORD]: a call that fails is named and the last one.
expect_failure() {
  FAIL_AT=$1
  FAIL_AS=$2
  expect_none "$3" "${4-}" account
  [ -z "${4-}" ] || grep -qF "\"octl iaas api $1\": " "$work/stderr" ||
    fail "expected the call $1 to be named, got $(cat "$work/stderr")"
  [ "$(tail -n 1 "$work/calls")" = "$1" ] || fail "expected no call after $1"
  FAIL_AT=
  FAIL_AS=
}
page 0 false alice carol dave
while read -r as expected word; do
  expect_failure 'ReadAccessKeys --UserName=carol' "$as" "$expected" "$word"
done <<'END'
status 1 exit status 3
text 1 exit status 3
half 1 expected an answer in JSON
errors 1 AccessDenied
other 1 [{"fields":["Secret"]}]
list 1 ["array"]
twice 1 [{"fields":["AccessKeys"]},{"fields":["AccessKeys"]}]
empty 1 got []
TERM 143
INT 130
HUP 129
END

# As where the file system takes both names for one.
FAIL_AT='ReadAccessKeys --UserName=carol'
FAIL_AS=same
expect_none 1 '--UserName=dave": another user has the same file name' account

page 0 true alice bob
page 2 false carol
for at in ReadUsers 'ReadUsers --FirstItem=2' ReadAccessKeys ReadCas; do
  expect_failure "$at" text 1 'exit status 3'
  expect_failure "$at" TERM 143
done

# A name in a message is ASCII, too.
page 0 false é
FAIL_AT='ReadAccessKeys --UserName=é'
FAIL_AS=status
expect_none 1 'ReadAccessKeys --UserName=\u00e9"' account
FAIL_AT=

# Users whose keys no file can hold.
for name in a/b / '' "$(printf 'new\nline')" "$(printf '\033[2J')" "$(printf '\177')" \
  "0$long" "$(printf '%0234dé' 0)"; do
  page 0 false alice "$name"
  expect_none 1 'these user names cannot be a part of a file name: ["' account
  ! LC_ALL=C grep -q '[^ -~]' "$work/stderr" || fail 'expected the name in ASCII'
  [ "$(cat "$work/calls")" = ReadUsers ] || fail 'expected no call about keys'
done
echo '{"Users":[{"UserName":"a\u0000b"},{"UserId":"1"}]}' >"$work/users/0"
expect_none 1 '["a\u0000b",null]' account
echo '{"Users":["alice"]}' >"$work/users/0"
expect_none 1 'ReadUsers: expected users' account

# Pages that would never end, and a list that changes meanwhile.
page 0 true alice
page 1 true
expect_none 1 'got none' account
page 1 true alice
expect_none 1 '["alice"]' account

# What is there already is not touched.
page 0 false
mkdir "$work/out/there"
ln -s nowhere "$work/out/link"
for name in there there/ link link/ none/ReadCas.json / .; do
  expect_none 2 'does not exist yet' "$name"
  [ ! -s "$work/calls" ] || fail "$name: expected no call"
done
FAIL_AT=ReadCas
FAIL_AS=meanwhile
run account
[ "$status" -eq 1 ] || fail "made meanwhile: got status $status"
[ "$(cd "$work/out" && find . -name 'account*')" = ./account ] ||
  fail "made meanwhile: expected the folder alone, got $(ls "$work/out")"
rmdir "$work/out/account"
FAIL_AT=
expect_none 2 'can be made beside' no/such/folder
expect_none 2 'usage:'
expect_none 2 'usage:' ''
expect_none 2 'usage:' --profile
expect_none 2 'usage:' a b
run --help
[ "$status" -eq 0 ] || fail 'expected the usage'
grep -q '^usage:' "$work/stdout" || fail 'expected the usage'

# Without octl, and with nothing but octl.
sh=$(command -v sh)
mkdir "$work/no_octl" "$work/no_jq"
ln -s "$work/bin/octl" "$work/no_jq"
for program in octl jq; do
  status=0
  PATH=$work/no_$program "$sh" "$fetch" "$work/out/account" \
    2>"$work/stderr" || status=$?
  [ "$status" -eq 2 ] || fail "without $program: got status $status"
  grep -qF "the program $program" "$work/stderr" ||
    fail "without $program: got $(cat "$work/stderr")"
done
echo 'fetch.sh makes the whole folder, or nothing'
