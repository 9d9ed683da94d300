#!/bin/sh
# usage: c_symbols_test.sh NM LIBRARY VERSION_SCRIPT HEADER
# The library exports the functions that the version script lists and the header
# declares, and nothing else.
set -eu

exported=$("$1" -D --defined-only "$2" | sed -n 's/^.* [^A] \([^@]*\).*/\1/p' |
  LC_ALL=C sort)
listed=$(sed -n 's/^ *\(aac_[a-z_]*\);$/\1/p' "$3" | LC_ALL=C sort)
# Functions alone have a parenthesis after their name.
declared=$(sed 's,//.*,,' "$4" | grep -o 'aac_[a-z_]*(' | tr -d '(' |
  LC_ALL=C sort)
[ "$(printf '%s\n' "$exported" | wc -l)" -gt 20 ]
[ "$exported" = "$listed" ] && [ "$listed" = "$declared" ] || {
  printf 'exported:\n%s\n\nlisted:\n%s\n\ndeclared:\n%s\n' "$exported" \
    "$listed" "$declared"
  exit 1
}
