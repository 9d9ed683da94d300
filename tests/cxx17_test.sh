#!/bin/sh
# usage: cxx17_test.sh COMPILER INCLUDE_DIR [OPTION...]
# In the mode of C++17 a public header gives the one sentence that says what it
# needs, and then stops the compiler. The header of the C interface needs no
# C++20.
set -eu

compiler=$1
include_dir=$2
shift 2

# Each header includes another one, so that version.h comes first in all of them.
first=$(find "$include_dir" -name '*.h' -not -path '*/api_access/c/*' \
  -exec grep -L '^#include "api_access/' {} +)
if [ "$first" != "$include_dir/api_access/version.h" ]; then
  echo "expected every header but version.h to include one of api_access, got:"
  printf '%s\n' "$first"
  exit 1
fi

if printed=$(echo '#include "api_access/evaluator.h"' |
  "$compiler" -x c++ -std=c++17 -fsyntax-only "-I$include_dir" "$@" - 2>&1); then
  echo "expected api_access/evaluator.h to be refused in the mode of C++17"
  exit 1
fi
# The second error is the missing file, which stops the compiler.
errors=$(printf '%s\n' "$printed" | grep 'error: ')
printf '%s\n' "$errors" | head -n 1 |
  grep -q '"api_access needs C++20 or later: compile with -std=c++20"$' &&
  [ "$(printf '%s\n' "$errors" | wc -l)" -eq 2 ] || {
  echo "expected one sentence and the end, got:"
  printf '%s\n' "$printed"
  exit 1
}
