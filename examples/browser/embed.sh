# Writes a WebAssembly program as an ES module: sh embed.sh PROGRAM MODULE
set -eu
{
  printf "// A compiled WebAssembly program: gzip, then base64.\nexport default '"
  gzip -9n <"$1" | base64 | tr -d '\n'
  printf "';\n"
} >"$2"
