#!/bin/sh
# usage: layering_test.sh SOURCE_DIR
# Data flows one way through the library, and so do includes: a file may include
# files of its own level and of the levels before it, never of a later one.
set -eu
cd "$1"

# The levels, first to last. A name is that of a public header and its source,
# or, with a slash, that of a folder of src/ and include/api_access/.
levels='
  version base/ quote
  timestamp ip factors method method_catalogue finding
  access_key ca api_access_rule api_access_policy account request
  address/ account/
  decision required_factors activation change plan_walk
  decide/
  evaluator evaluator_access
  requirement
  insight/
  remedies review impact access_map usage
  explanation
  rule_coverage
  page/
  json/ testing/
  c/
'

# Reads lines FILE:#include "INCLUDED" and prints those that point to a later
# level, or from or to a file that has no level.
check() {
  awk -v levels="$levels" '
    function level(file) {
      sub(/^(include\/api_access|api_access|src)\//, "", file)
      if (file ~ /\//) sub(/\/.*/, "/", file)
      else sub(/\.(h|cc)$/, "", file)
      return file in level_of ? level_of[file] : 0
    }
    BEGIN {
      count = split(levels, lines, "\n")
      for (i = 1; i <= count; ++i) {
        names = split(lines[i], name, " ")
        for (j = 1; j <= names; ++j) level_of[name[j]] = i
      }
    }
    /"(absl|date|gmock|gtest|nlohmann)\// { next }
    {
      file = $0
      sub(/:.*/, "", file)
      included = $0
      sub(/^[^"]*"/, "", included)
      sub(/".*/, "", included)
      if (!level(file)) print file " has no level"
      else if (!level(included)) print file " includes " included ", which has no level"
      else if (level(included) > level(file)) print file " includes " included ", of a later level"
    }'
}

includes=$(grep -rE --include='*.h' --include='*.cc' '^#include "' include src)
count=$(printf '%s\n' "$includes" | wc -l)
if [ "$count" -lt 100 ]; then
  echo "expected the includes of the library, got $count"
  exit 1
fi
found=$(printf '%s\n' "$includes" | check)
if [ -n "$found" ]; then
  printf '%s\n' "$found"
  exit 1
fi

# The check itself has to see what is wrong.
for planted in 'src/ip.cc:#include "api_access/request.h"' \
  'src/base/text.h:#include "api_access/ip.h"' \
  'src/decide/gate.h:#include "api_access/evaluator.h"' \
  'include/api_access/review.h:#include "api_access/explanation.h"' \
  'src/explanation.cc:#include "api_access/rule_coverage.h"' \
  'src/evaluator.cc:#include "src/insight/rule_redundancy.h"' \
  'src/page/table.cc:#include "api_access/json/reports.h"' \
  'src/account.cc:#include "examples/cli/cli.h"' \
  'src/no_such_place.cc:#include "api_access/ip.h"'; do
  if [ -z "$(printf '%s\n' "$planted" | check)" ]; then
    echo "expected to refuse $planted"
    exit 1
  fi
done
echo "$count includes, none of a later level"
