#!/bin/sh
# usage: c_needed_test.sh READELF LIBRARY
# A library that stands alone needs no other library than the C library, libm
# included.
set -eu

needed=$("$1" -d "$2" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p')
printf '%s\n' "$needed" | grep -qx 'libc\.so\.6'
others=$(printf '%s\n' "$needed" |
  grep -vxE '(libc|libm|ld-linux.*)\.so\.[0-9]+' || :)
if [ -n "$others" ]; then
  printf 'expected to need the C library alone, got:\n%s\n' "$others"
  exit 1
fi
