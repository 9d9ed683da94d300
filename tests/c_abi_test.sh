#!/bin/sh
# usage: c_abi_test.sh COMPILER SOURCE_DIR BUILD_DIR [OPTION...]
# The functions of the C interface and their types are those of the baseline,
# tests/c/api_access_c.abi. Whoever changes them with intent copies BUILD_DIR's
# api_access_c.abi there. OPTIONs are those of the compiler.
set -eu

compiler=$1
source_dir=$2
build_dir=$3
shift 3
baseline=$source_dir/tests/c/api_access_c.abi
mkdir -p "$build_dir"

# describe NAME INCLUDE_DIR OPTION...: writes NAME.abi of a library of this one
# file, with the types that -g tells; what it calls may stay undefined.
describe() {
  name=$build_dir/$1
  include_dir=$2
  shift 2
  "$compiler" -std=c++20 -g -O0 -fPIC -shared "-I$include_dir" \
    "-I$source_dir/include" "-I$source_dir" "$@" \
    "-Wl,--version-script=$source_dir/src/c/api_access_c.map" \
    "$source_dir/src/c/api_access.cc" -o "$name.so"
  # Without the types of the C++ library, which differ between compilers.
  abidw --headers-dir "$include_dir/api_access/c" --drop-private-types \
    --no-elf-needed --no-show-locs --no-comp-dir-path --no-corpus-path --no-parameter-names \
    --type-id-style hash --exported-interfaces-only --drop-undefined-syms \
    "$name.so" | sed "s/ path='[^']*'//" >"$name.abi"
  # Without types every comparison would succeed.
  grep -q "class-decl name='aac_request'" "$name.abi" || {
    echo "expected the type aac_request in $name.abi"
    exit 1
  }
}

describe api_access_c "$source_dir/include" "$@"
abidiff "$baseline" "$build_dir/api_access_c.abi" || {
  echo "expected the functions and types of $baseline, see above"
  exit 1
}

# The comparison itself has to see what is changed.
planted=$build_dir/planted
mkdir -p "$planted/api_access/c"
sed 's/^  struct aac_view name;$/& size_t planted;/' \
  "$source_dir/include/api_access/c/api_access.h" \
  >"$planted/api_access/c/api_access.h"
describe planted "$planted" "$@"
if abidiff "$baseline" "$build_dir/planted.abi" >/dev/null; then
  echo "expected to see that aac_method_name has a member more"
  exit 1
fi
