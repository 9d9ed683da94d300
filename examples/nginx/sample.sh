#!/bin/sh
# usage: sample.sh DIR MODULE
# Makes the folder DIR for a first try: nginx.conf, the module, a CA, a client
# certificate of CN client.a in client.pem, and an account that asks for it.
set -eu

examples=$(cd "$(dirname "$0")/.." && pwd)
module=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
mkdir -p "$1/account" "$1/modules" "$1/temporary"
cd "$1"
cp "$examples/nginx/nginx.conf" .
ln -sf "$module" modules/ngx_http_api_access_module.so

new_key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'
# shellcheck disable=SC2086
{
  openssl req -x509 $new_key -subj '/CN=Client CA' -days 30 -keyout ca.key -out ca.pem
  openssl req -x509 $new_key -subj /CN=localhost -days 30 \
    -keyout server.key -out server.pem
  openssl req -new $new_key -subj /CN=client.a -keyout client.key |
    openssl x509 -req -CA ca.pem -CAkey ca.key -days 30 -out client.pem
} 2>openssl.log
cat client.key >>client.pem

fingerprint=$(openssl x509 -in ca.pem -noout -fingerprint -sha1 |
  sed 's/.*=//; s/://g' | tr A-F a-f)
cd account
echo '{"Cas":[{"CaId":"ca-1","CaFingerprint":"'"$fingerprint"'"}]}' >ReadCas.json
echo '{"AccessKeys":[{"AccessKeyId":"KEY","State":"ACTIVE"}]}' >ReadAccessKeys.json
echo '{"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRanges":["127.0.0.1"],
  "CaIds":["ca-1"],"Cns":["client.a"]}]}' >ReadApiAccessRules.json
echo '{"ApiAccessPolicy":{"MaxAccessKeyExpirationSeconds":0,
  "RequireTrustedEnv":false}}' >ReadApiAccessPolicy.json
