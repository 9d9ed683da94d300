#!/bin/sh
# Finds the CA ids of a client certificate. POSIX sh, awk, jq, mktemp, openssl.
set -eu

usage() {
  cat <<'END'
usage: ca_ids.sh DIR CERT.pem [CA.pem...]
  Prints the ids in DIR/ReadCas.json, one a line, of the CAs that the client
  certificate is under. That is the first certificate in CERT.pem. Its CAs are
  looked for among the other ones there and those in CA.pem: the provider gives
  the fingerprints of CAs, not the certificates. Dates do not matter: a
  certificate that has expired is still under its CA. Private keys are not read.
  Exit status: 0 some id was printed, 1 none, 2 unusable input.
END
}

say() { printf 'ca_ids.sh: %s\n' "$1" >&2; }

none() {
  say "$1"
  exit 1
}

unusable() {
  say "$1"
  exit 2
}

# Copies the certificates in standard input, and nothing else, to files of their
# own, $work/1.pem and so on; $count are there already. Prints how many are there.
split_certificates() {
  work=$work awk -v count="$count" '
    /^-----BEGIN / { file = "" }
    /^-----BEGIN CERTIFICATE-----/ { file = ENVIRON["work"] "/" ++count ".pem" }
    file != "" { print >file }
    /^-----END / && file != "" { close(file); file = "" }
    END { print count }'
}

# 40 digits, as the provider prints it.
fingerprint() {
  openssl x509 -in "$1" -noout -fingerprint -sha1 |
    sed 's/.*=//; s/://g' | tr A-F a-f
}

# is_under CA: the client certificate was issued by CA, or by a certificate that
# is, or it is CA itself. No other CA is trusted, such as those of the system.
is_under() {
  openssl verify -no_check_time -partial_chain -trusted "$1" \
    -untrusted "$work/all" "$work/1.pem" >"$work/verified" 2>&1
}

case ${1-} in
  -h | --help)
    usage
    exit
    ;;
esac
if [ $# -lt 2 ]; then
  usage >&2
  exit 2
fi
cas=$1/ReadCas.json
client=$2
shift
for program in jq openssl; do
  command -v "$program" >/dev/null ||
    unusable "expected the program $program on PATH"
done

work=$(mktemp -d) || unusable 'no temporary folder can be made'
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

count=0
for file in "$@"; do
  before=$count
  count=$(split_certificates <"$file") || unusable "$file could not be read"
  [ "$count" -gt "$before" ] ||
    unusable "expected a certificate in PEM in $file, got none"
done

for pem in "$work"/*.pem; do
  openssl x509 -in "$pem" || unusable "expected certificates that openssl can read in: $*"
done >"$work/all"

under=
issuers=
for pem in "$work"/*.pem; do
  is_under "$pem" || continue
  found=$(fingerprint "$pem")
  under="$under $found"
  [ "$pem" = "$work/1.pem" ] || issuers="$issuers $found"
done

# shellcheck disable=SC2016 # jq's variables
ids=$(jq -r --arg under "${under# }" '
    ($under | split(" ")) as $under
    | (if type == "array" then . else .Cas end)[]
    | select(.CaFingerprint | strings | ascii_downcase | split(":") | join("")
        | IN($under[]))
    | .CaId | if type == "string" then . else error("expected CaId") end' \
  <"$cas") || unusable "expected the answer of ReadCas in $cas"

if [ -n "$ids" ]; then
  printf '%s\n' "$ids" | LC_ALL=C sort
elif [ -n "$issuers" ]; then
  none "no CA that $client is under is in $cas; their SHA-1 fingerprints:$issuers"
elif [ "$count" -gt 1 ]; then
  none "no certificate that was given issued the one in $client"
else
  none "$client itself is not in $cas; give the certificate of its CA, too"
fi
