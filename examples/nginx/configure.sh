#!/usr/bin/env bash
# usage: configure.sh SOURCE DIR
# Makes the headers of nginx that depend on how it was built, in DIR/objs. SOURCE
# has the sources without them, and in conf_flags the options of the packaged
# program, an array of bash.
set -euo pipefail

source=$1
mkdir -p "$2"
cd "$2"
ln -sfn "$source/auto" auto
ln -sfn "$source/src" src
# shellcheck disable=SC1091
. "$source/conf_flags"
sh "$source/configure" "${NGX_CONF_FLAGS[@]}" >configure.log
