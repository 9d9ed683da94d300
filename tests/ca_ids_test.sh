#!/bin/sh
# usage: ca_ids_test.sh SOURCE_DIR
# examples/account_folder/ca_ids.sh finds the ids of the CAs that a certificate is
# under, and of no other.
set -eu

ca_ids=$1/examples/account_folder/ca_ids.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir account 'tmp \n'
export TMPDIR="$work/tmp \n"

fail() {
  printf '%s\n' "$1"
  exit 1
}

cat >openssl.cnf <<'END'
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical, CA:TRUE
[client]
basicConstraints = CA:FALSE
END

# certificate NAME KIND [ISSUER [OPTION...]]: NAME.pem and NAME.key, of KIND ca or
# client, issued by ISSUER or, by default, itself.
certificate() {
  name=$1
  kind=$2
  issuer=${3-}
  shift $(($# < 3 ? $# : 3))
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -config openssl.cnf -subj "/CN=$name" -keyout "$name.key" -out "$name.csr" \
    2>openssl.log || fail "openssl req: $(cat openssl.log)"
  if [ -n "$issuer" ]; then
    set -- -CA "$issuer.pem" -CAkey "$issuer.key" -set_serial 1 "$@"
  else
    set -- -signkey "$name.key"
  fi
  openssl x509 -req -in "$name.csr" -extfile openssl.cnf -extensions "$kind" \
    -out "$name.pem" "$@" 2>openssl.log || fail "openssl x509: $(cat openssl.log)"
}

certificate root ca
certificate intermediate ca root
certificate other ca
certificate client client root
certificate deep client intermediate
certificate own client
certificate unlisted ca
certificate stranger client unlisted
# By a certificate that is no CA.
certificate forged client client
# A CA of the same name, with another key.
mkdir namesake
(cd namesake && cp ../openssl.cnf . && certificate root ca)
# Expired by now.
certificate expired client root -days 0

# fingerprint NAME: as openssl prints it, with colons and capitals.
fingerprint() {
  openssl x509 -in "$1.pem" -noout -fingerprint -sha1 | sed 's/.*=//'
}
# As the provider prints it.
digits() { fingerprint "$1" | sed 's/://g' | tr A-F a-f; }

jq -n --arg root "$(digits root)" --arg upper "$(fingerprint root)" \
  --arg intermediate "$(digits intermediate)" --arg other "$(digits other)" \
  --arg own "$(digits own)" '{Cas: [
    {CaId: "ca-root", CaFingerprint: $root},
    {CaId: "ca-again", CaFingerprint: $upper},
    {CaId: "ca-intermediate", CaFingerprint: $intermediate},
    {CaId: "ca-other", CaFingerprint: $other},
    {CaId: "ca-own", CaFingerprint: $own},
    {CaId: "ca-empty", CaFingerprint: ""},
    {CaId: "ca-null", CaFingerprint: null},
    {CaId: "ca-none"}],
  ResponseContext: {RequestId: "1"}}' >account/ReadCas.json

# openssl, when it runs for ca_ids.sh, sees whether a private key was copied.
mkdir bin
cat >bin/openssl <<'END'
#!/bin/sh
! grep -rq PRIVATE "$TMPDIR" || touch "$TMPDIR/../copied"
[ "$1" != "${KILLED_AT-}" ] || kill "$PPID"
exec "$OPENSSL" "$@"
END
chmod +x bin/openssl
OPENSSL=$(command -v openssl)
export OPENSSL

# run ARGUMENT...: ca_ids.sh. Its status is in $status.
run() {
  status=0
  PATH=$work/bin:$PATH sh "$ca_ids" "$@" >stdout 2>stderr || status=$?
  ! grep -q PRIVATE stdout stderr || fail "$*: a private key was printed"
  [ ! -e copied ] || fail "$*: a private key was copied"
  [ -z "$(ls -A "$TMPDIR")" ] || fail "$*: expected no temporary files to stay"
}

# expect_ids IDS FILE...
expect_ids() {
  expected=$1
  shift
  run account "$@"
  [ "$status" -eq 0 ] || fail "$*: got status $status: $(cat stderr)"
  [ ! -s stderr ] || fail "$*: expected no message, got $(cat stderr)"
  [ "$(tr '\n' ' ' <stdout)" = "$expected " ] ||
    fail "$*: expected $expected, got $(cat stdout)"
}

# expect_none STATUS WORD FOLDER FILE...
expect_none() {
  expected=$1
  word=$2
  shift 2
  run "$@"
  [ "$status" -eq "$expected" ] ||
    fail "$*: expected status $expected, got $status: $(cat stderr)"
  [ ! -s stdout ] || fail "$*: expected no output, got $(cat stdout)"
  [ -z "$word" ] || grep -qF -e "$word" stderr ||
    fail "$*: expected $word to be said, got $(cat stderr)"
}

# Uploaded twice; with the chain in one file, in files, in any order, beside keys
# and text, and with the ends of lines of Windows.
expect_ids 'ca-again ca-root' client.pem root.pem
expect_ids 'ca-again ca-root' client.pem other.pem root.pem intermediate.pem
cat client.key client.pem root.key root.pem >'with keys.pem'
expect_ids 'ca-again ca-root' 'with keys.pem'
{ openssl x509 -in client.pem -text && openssl x509 -in root.pem -text; } |
  sed 's/$/\r/' >text.pem
expect_ids 'ca-again ca-root' text.pem
cp client.pem ./-client.pem
expect_ids 'ca-again ca-root' -client.pem root.pem
expect_ids 'ca-again ca-root' expired.pem root.pem

# Every CA on the way up; the intermediate one is needed for the root.
expect_ids 'ca-again ca-intermediate ca-root' deep.pem root.pem intermediate.pem
expect_ids ca-intermediate deep.pem intermediate.pem
expect_none 1 'no certificate that was given issued' account deep.pem root.pem

# The certificate itself was uploaded.
expect_ids ca-own own.pem
expect_ids 'ca-again ca-root' root.pem

# As octl -o json prints it.
mkdir bare
jq .Cas account/ReadCas.json >bare/ReadCas.json
run bare client.pem root.pem
[ "$(tr '\n' ' ' <stdout)" = 'ca-again ca-root ' ] || fail 'a bare list'

expect_none 1 'give the certificate of its CA' account client.pem
expect_none 1 'no certificate that was given issued' account client.pem other.pem
expect_none 1 'no certificate that was given issued' account client.pem \
  namesake/root.pem
expect_none 1 'no certificate that was given issued' account forged.pem client.pem
expect_none 1 "fingerprints: $(digits unlisted)" \
  account stranger.pem unlisted.pem root.pem

expect_none 2 'expected a certificate in PEM in client.key' account client.key
expect_none 2 'expected a certificate in PEM in root.key' account client.pem root.key
expect_none 2 'no-file.pem could not be read' account no-file.pem
printf -- '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' >broken.pem
expect_none 2 'openssl can read in: client.pem broken.pem' account client.pem broken.pem
{ sed '/END/d' client.pem && cat client.key; } >cut.pem
expect_none 2 'openssl can read in: cut.pem' account cut.pem
expect_none 2 'the answer of ReadCas in no-folder/ReadCas.json' no-folder client.pem
for answer in '{"Errors":[]}' '{"Cas":[{"CaFingerprint":"'"$(digits own)"'"}]}' '{'; do
  printf '%s' "$answer" >bare/ReadCas.json
  expect_none 2 'the answer of ReadCas in bare/ReadCas.json' bare own.pem
done
expect_none 2 'usage:' account
KILLED_AT=verify
export KILLED_AT
expect_none 143 '' account client.pem root.pem
unset KILLED_AT
run --help
[ "$status" -eq 0 ] || fail 'expected the usage'
grep -q '^usage:' stdout || fail 'expected the usage'
echo 'ca_ids.sh finds the CAs that issued a certificate'
