#!/bin/sh
# usage: purity_test.sh NM LIBRARY [-e PATTERN]...
# The static library may refer to nothing that reads or writes what is not its
# argument: a symbol that is neither on the list below nor like a PATTERN fails
# the test.
set -eu

nm=$1
library=$2
shift 2

undefined=$("$nm" -uC "$library" | sed -n 's/^ *[Uw] //p' | sort -u)
# A library without undefined symbols was not read.
printf '%s\n' "$undefined" | grep -q '^operator new' || {
  echo "expected $library to refer to operator new: is it the library?"
  exit 1
}

unexpected=$(printf '%s\n' "$undefined" | grep -vE \
  -e '^api_access::' \
  -e '^absl::([a-z0-9_]+::)?(Status|InvalidArgumentError|ResourceExhaustedError|internal_statusor|status_internal)\b' \
  -e '^operator (new|delete)(\[\])?\(' \
  -e '^(memchr|memcmp|bcmp|memcpy|memmove|memset|strcmp|strlen)$' \
  -e '^std::__throw_[a-z_]+\(' \
  -e '^std::(__cxx11::)?basic_string<char, ' \
  -e '^std::_Rb_tree_(insert_and_rebalance|rebalance_for_erase|increment|decrement)\(' \
  -e '^std::_Sp_make_shared_tag::' \
  -e '^abort$' \
  -e '^std::(terminate\(\)|__glibcxx_assert_fail\(|__exception_ptr::)' \
  -e '^std::ios_base(::Init::~?Init|_library_init)\(\)$' \
  -e '^(_GLOBAL_OFFSET_TABLE_|_Unwind_Resume|__dso_handle|__gxx_personality_v0)$' \
  -e '^__(cxa_[a-z_]+|stack_chk_fail|libc_single_threaded|gmon_start__)$' \
  -e '^(vtable|typeinfo) for __cxxabiv1::' \
  -e '^__pthread_key_create$' "$@" || :)

if [ -n "$unexpected" ]; then
  echo "expected no I/O, clock, random or environment in $library, got:"
  printf '%s\n' "$unexpected"
  exit 1
fi
