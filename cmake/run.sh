#!/bin/sh
# Builds and runs this project from a clean machine: sh cmake/run.sh VERB
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

usage() {
  cat <<'EOF'
usage: sh cmake/run.sh VERB
  demo     build, then show what the library answers for the sample accounts
  test     build and run every test
  asan     the same under AddressSanitizer and UndefinedBehaviorSanitizer, with
           warnings as errors, as in the verbs from here to `verify`, and in
           small worlds
  tsan     the same under ThreadSanitizer, in small worlds
  clang    the same with clang, the benchmarks too
  abseil   the same with an Abseil that uses the standard types, from source,
           which is linked into the library of the C interface
  whole    the same with g++, in the tests' whole worlds
  gateway  build the module for nginx of examples/nginx/ and run it, with client
           certificates and under load; installs nginx, but does not start it
  scale    replay a log on the engines of examples/scale/, with a worker and jobs
           that are killed; installs sshd, but does not start it
  page     check reports in headless Chromium, which it installs; leaves them, and
           pictures of them, in build/gateway/reports/
  wasm     build the module for node and browsers of examples/browser/, in
           build/wasm/package/, and the page build/wasm/api-access.html with it;
           test them in node and headless Chromium, which it installs
  verify   format, docs, tidy, cost, coverage and all of these from asan on: takes
           hours, goes on when one of them fails, and ends in a table
  fuzz     make up inputs for the targets of tests/fuzz/, or for the one named,
           with libFuzzer under both sanitizers: fuzz SECONDS [TARGET]
  bench    measure what decisions cost, beside a loop written in an afternoon;
           `bench --picture` draws how costs grow in build/bench/pictures
  peers    decide beside two general engines, Cedar and Casbin, from npm
  cost     count the instructions of decisions: at most 3 % above those recorded
           for the compiler CXX, g++ by default; `cost record` records them
  coverage which lines and branches of the library the tests run, in small worlds:
           fails below 99.5 % and 98 %; pages of them in build/coverage/html
  mutation change one thing of src/ at a time: would the tests notice?
           `mutation [COUNT] [SEED]`, 100 and 1 by default
  docs     make pages of the headers in build/docs/html
  tidy     run clang-tidy
  format   format the sources; `format check` only looks
Missing Debian packages are installed first. Build trees are kept in build/.
EOF
}

say() { printf 'run.sh: %s\n' "$1" >&2; }

# Prints those of the named Debian packages that are missing.
missing() {
  for package in "$@"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || :)
    [ "$status" = installed ] || printf ' %s' "$package"
  done
}

# Runs a command as root.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null || {
      say "expected root or sudo for: $*"
      exit 1
    }
    sudo "$@"
  fi
}

# Installs those of the named Debian packages that are missing. On other systems
# it leaves the dependencies to whoever builds.
need() {
  command -v dpkg-query >/dev/null || return 0
  missing=$(missing "$@")
  [ -n "$missing" ] || return 0
  say "installing:$missing"
  lock='-o DPkg::Lock::Timeout=600'
  # shellcheck disable=SC2086
  {
    as_root apt-get $lock -qq update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get $lock -qq install -y \
      --no-install-recommends $missing >/dev/null
  } || {
    say "these packages could not be installed:$missing"
    exit 1
  }
}

# The same for packages of services, which Debian starts where no program of this
# name objects.
need_stopped() (
  command -v dpkg-query >/dev/null || exit 0
  [ -n "$(missing "$@")" ] || exit 0
  policy=/usr/sbin/policy-rc.d
  kept=$policy.kept
  [ ! -e "$policy" ] || as_root mv "$policy" "$kept"
  trap 'as_root rm "$policy"; [ ! -e "$kept" ] || as_root mv "$kept" "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod +x "$policy"
  need "$@"
)

need_library() {
  need g++ cmake ninja-build libabsl-dev libhowardhinnant-date-dev \
    nlohmann-json3-dev
}
need_examples() {
  need_library
  need libsimdjson-dev libxxhash-dev
}
need_tests() {
  need_examples
  need libgtest-dev libgmock-dev pkg-config jq openssl python3 abigail-tools
}

# configure TREE OPTION...
# -g1 gives the lines of a stack trace; what else -g tells takes a third longer to
# compile.
configure() {
  tree=build/$1
  shift
  cmake -S . -B "$tree" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DCMAKE_CXX_FLAGS_RELWITHDEBINFO='-O2 -g1 -DNDEBUG' \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DAPI_ACCESS_DEVELOPER=ON \
    -DAPI_ACCESS_BUILD_BENCHMARKS=OFF "$@" >/dev/null
}

# The same for those who change this project: warnings are errors. They are none
# in `test`, as every newer compiler warns of more.
configure_strict() {
  configure "$@" -DCMAKE_COMPILE_WARNING_AS_ERROR=ON
}

configure_bench() {
  need_examples
  need libbenchmark-dev
  configure bench -DCMAKE_BUILD_TYPE=Release -DAPI_ACCESS_DEVELOPER=OFF \
    -DAPI_ACCESS_BUILD_TESTS=OFF -DAPI_ACCESS_TESTING=OFF \
    -DAPI_ACCESS_BUILD_BENCHMARKS=ON
}

# Fetches upstream's Abseil, out of Debian's source package, into
# build/abseil/source.
fetch_abseil() {
  [ ! -e build/abseil/fetched ] || return 0
  rm -rf build/abseil
  mkdir -p build/abseil/lists/partial build/abseil/source
  (
    cd build/abseil
    # Sources need not be among what apt is set up to fetch.
    apt-get indextargets --format 'deb-src $(SITE) $(CODENAME) main' \
      'Created-By: Packages' | grep -vE -e '-(security|updates|backports) ' |
      sort -u >sources.list
    fetch="apt-get -qq -o Dir::Etc::sourcelist=$PWD/sources.list \
      -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=$PWD/lists \
      -o Dir::Cache=$PWD -o APT::Sandbox::User=root"
    $fetch update
    $fetch source --download-only abseil
    tar -xzf abseil_*.orig.tar.gz -C source --strip-components=1
  )
  touch build/abseil/fetched
}

# Builds it into build/abseil/prefix. Debian's own build has types of its own in
# place of the standard ones.
build_abseil() {
  [ ! -e build/abseil/done ] || return 0
  need g++ cmake ninja-build
  fetch_abseil
  cmake -S build/abseil/source -B build/abseil/tree -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_STANDARD=20 -DBUILD_TESTING=OFF \
    -DABSL_PROPAGATE_CXX_STD=ON -DCMAKE_POSITION_INDEPENDENT_CODE=ON \
    -DCMAKE_INSTALL_PREFIX="$PWD/build/abseil/prefix" >/dev/null
  cmake --build build/abseil/tree
  cmake --install build/abseil/tree >/dev/null
  touch build/abseil/done
}

# Every TEST of the sources has to run: a runner that loses some of them must not
# pass.
run_tests() {
  tree=build/$1
  results=$PWD/$tree/results.xml
  # Abseil's libraries are not instrumented: see tests/tsan.suppressions.
  TSAN_OPTIONS="suppressions=$PWD/tests/tsan.suppressions" \
    ctest --test-dir "$tree" --output-on-failure --no-tests=error \
    -j "$(getconf _NPROCESSORS_ONLN)" --output-junit "$results"
  written=$(find tests -name '*_test.cc' -exec cat {} + |
    grep -cE '^TEST(_F)?\(')
  ran=$(grep -cE '<testcase name="[A-Za-z0-9]+\.[^"]+" .*status="run"' \
    "$results" || :)
  if [ "$ran" -ne "$written" ]; then
    say "$written TESTs are written, $ran ran"
    exit 1
  fi
  say "all $written TESTs that are written ran and passed"
}

demo() {
  program=build/demo/examples/api-access
  now=2030-01-01T00:00:00Z
  for account in ready blocked eim-users trusted; do
    folder=examples/accounts/$account
    printf '\n==== %s: may a trusted session be activated? ====\n' "$account"
    "$program" check --account "$folder" --now "$now" || [ $? -eq 1 ]
    printf '\n---- %s: which authentication factors does a method need? ----\n' \
      "$account"
    "$program" factors --account "$folder"
    printf '\n---- %s: requests ----\n' "$account"
    "$program" decide --account "$folder" --now "$now" --format text \
      <"$folder/requests.jsonl"
    printf '\n---- %s: what is worth knowing? ----\n' "$account"
    "$program" review --account "$folder" --now "$now" || [ $? -eq 1 ]
  done
  printf '\n==== trusted: why is a request denied, and what would help? ====\n'
  "$program" explain --account examples/accounts/trusted --now "$now" \
    <examples/accounts/trusted/denied.jsonl
  printf '\n==== trusted: does it decide as it should? ====\n'
  "$program" test --account examples/accounts/trusted --now "$now" \
    examples/accounts/trusted/expectations.jsonl
  printf '\n==== office: who is out while a trusted session is activated? ====\n'
  "$program" plan --account examples/accounts/office --now "$now" --activate \
    --max-access-key-expiration-seconds 2592000 \
    --ca ca-fedcba0987654321fedcba0987654321 \
    --callers examples/changes/callers.jsonl
}

# Ratios of processor time within one run, since machines are noisy.
bench() {
  build/bench/bench/api_access_benchmarks --benchmark_repetitions=5 \
    --benchmark_min_time=0.2 --benchmark_enable_random_interleaving=true \
    --benchmark_report_aggregates_only=true --benchmark_format=json \
    >build/bench/benchmarks.json
  awk '
      # The columns of a median, one a line.
      { gsub(/[",]/, "") }
      $1 == "name:" { name = $2; median = sub(/_median$/, "", name) }
      !median { next }
      $1 == "items_per_second:" { rate[name] = $2 }
      $1 == "cpu_time:" { time[name] = $2 }
      $1 == "allocs:" { allocs[name] = $2 }
      $1 == "bytes:" { bytes[name] = $2 }
      function row(above, below, sign, target) {
        ratio = time[above] / time[below]
        met = sign == "≥" ? ratio >= target : ratio <= target
        printf "| %s / %s | %.1f ns / %.1f ns | %.2f%s | %s %s |\n", above, \
          below, time[above], time[below], ratio, met ? "" : ", missed", \
          sign, target
      }
      END {
        print "| compared | times | ratio | target |"
        print "|---|---|---|---|"
        row("Naive/Small", "Decide/Small", "≥", 2)
        row("Naive/Large", "Decide/Large", "≥", 30)
        row("Decide/Large", "Decide/Small", "≤", 3)
        row("Decide/Huge", "Decide/Large", "≤", 3)
        row("Decide/V6", "Decide/Large", "≤", 3)
        row("Decide/Nested", "Decide/Small", "≤", 8)
        row("Decide/Overlap", "Decide/Small", "≤", 5)
        row("ClassifyFlatHashMap", "Classify", "≥", 3)
        row("ClassifyDeclared", "Classify", "≤", 2)
        row("InetPton", "ParseIp", "≥", 1)
        more = time["CDecide/Small"] - time["Decide/Small"]
        printf "\nThrough the C interface a decision takes %.1f ns more " \
          "(target: at most 10%s): %.2f times as long.\n", more, \
          more <= 10 ? "" : ", missed", \
          time["CDecide/Small"] / time["Decide/Small"]
        print "\n| measured | time | allocations | heap of the compiled form |"
        print "|---|---|---|---|"
        count = split("Decide/Small CDecide/Small Decide/Typical Decide/Large " \
          "Decide/Huge Decide/Nested Decide/Overlap Decide/V6 Decide/Fleet " \
          "Walk/Small Walk/Large Naive/Small Naive/Large RequiredFactors/Large Classify " \
          "ClassifyDeclared ClassifyFlatHashMap ParseIp InetPton " \
          "ParseTimestamp Compile/Small Compile/Large Compile/Huge " \
          "CheckActivation/Large Apply/Huge Impact/Huge Map/Large Map/Huge " \
          "Map/V6 Map/OneAddress Map/Nested Map/Refused Diff/Large Diff/Huge", \
          names, " ")
        for (i = 1; i <= count; ++i) {
          name = names[i]
          printf "| %s | %s | %s | %s |\n", name, \
            time[name] < 10000 ? sprintf("%.1f ns", time[name]) \
                               : sprintf("%.2f ms", time[name] / 1e6), \
            name in allocs ? sprintf("%.1f", allocs[name]) : "", \
            name in bytes ? sprintf("%.1f KiB", bytes[name] / 1024) : ""
        }
        one = rate["Threads/Large/real_time/threads:1"]
        two = rate["Threads/Large/real_time/threads:2"]
        printf "\nTwo threads on one evaluator of Large decide %.1f million " \
          "times a second, one thread %.1f: %.2f times as often.\n", \
          two / 1e6, one / 1e6, two / one
        for (i = split("Lines Document", forms, " "); i > 0; --i) {
          ours = rate["Replay/Entries/" forms[i]]
          alone = rate["Simdjson/Entries/" forms[i]]
          printf "Replay/Entries/%s: %.2f million entries a second, %.2f " \
            "times as many as simdjson alone (%.2f million)%s; %.2f million " \
            "from a stream.\n", forms[i], ours / 1e6, ours / alone, \
            alone / 1e6, ours / alone >= 0.5 ? "" : ", missed: ≥ 0.5", \
            rate["Replay/Stream/" forms[i]] / 1e6
        }
        for (threads = 1; threads <= 2; ++threads) {
          at = "/threads:" threads
          printf "%d thread(s): %.1f ns a decision through a reader of " \
            "EvaluatorSlot, %.1f ns through one shared handle.\n", threads, \
            time["HotSwap/Reader" at], time["HotSwap/SharedHandle" at]
        }
      }' build/bench/benchmarks.json
}

# Draws how cost grows along each axis of bench/growth_bench.cc.
draw_growth() {
  pictures=build/bench/pictures
  mkdir -p "$pictures"
  build/bench/bench/api_access_growth --benchmark_min_time=0.1 \
    --benchmark_format=csv >"$pictures/growth.csv"
  for axis in rules ranges certificates accounts; do
    awk -F, -v axis="$axis" '
        { gsub(/"/, ""); split($1, name, "/") }
        name[1] != axis { next }
        !seen[name[2]]++ { counts[++rows] = name[2] }
        !seen[name[3]]++ { operations[++columns] = name[3] }
        { time[name[2], name[3]] = $4 == "" ? "-" : $4 }
        END {
          printf "%s", axis
          for (i = 1; i <= columns; ++i) printf " %s", operations[i]
          for (row = 1; row <= rows; ++row) {
            printf "\n%s", counts[row]
            for (i = 1; i <= columns; ++i)
              printf " %s", time[counts[row], operations[i]]
          }
          print ""
        }' "$pictures/growth.csv" >"$pictures/$axis.dat"
    gnuplot -e "axis='$axis'; data='$pictures/$axis.dat'" \
      -e "picture='$pictures/$axis.svg'" bench/growth.gnuplot
  done
  say "drawn in $pictures"
}

# Prints what counts depend on, for the name of the file that records them:
# the compiler, its major version and the processor.
name_compiler() {
  case $("$cxx" --version) in
    *clang*) id=clang++ ;;
    *) id=g++ ;;
  esac
  version=$("$cxx" -dumpversion)
  machine=$("$cxx" -dumpmachine)
  printf '%s-%s-%s\n' "$id" "${version%%.*}" "${machine%%-*}"
}

# Prints the instructions of each operation: NAME COUNT on each line.
count_instructions() {
  rm -f "$tree"/callgrind.out*
  valgrind -q --tool=callgrind --collect-atstart=no \
    --callgrind-out-file="$tree/callgrind.out" \
    "$tree/bench/api_access_cost" >"$tree/operations.txt"
  awk '
      FILENAME == ARGV[1] { names[++count] = $1; operations[$1] = $2; next }
      /^desc: Trigger: Client Request: / { name = $NF }
      /^totals: / { total[name] = $2 }
      END {
        if (count == 0) exit 1
        for (i = 1; i <= count; ++i) {
          if (total[names[i]] == 0) exit 1
          printf "%s %.1f\n", names[i], total[names[i]] / operations[names[i]]
        }
      }' "$tree/operations.txt" "$tree"/callgrind.out.* || {
    say "expected the instructions of every operation in $tree/callgrind.out.*"
    exit 1
  }
}

# compare_counts RECORDED NOW prints a table of both. It fails when an operation
# takes more than 1.03 times the recorded instructions or is in one file alone.
compare_counts() {
  awk '
      function fail(text) {
        failures = failures "\nrun.sh: " text
      }
      BEGIN { printf "%-16s%12s%12s%8s\n", "name", "recorded", "now", "ratio" }
      FILENAME == ARGV[1] { names[++count] = $1; recorded[$1] = $2; next }
      !($1 in recorded) { names[++count] = $1 }
      { now[$1] = $2 }
      END {
        for (i = 1; i <= count; ++i) {
          name = names[i]
          ratio = "-"
          if (!(name in recorded)) {
            fail(name " is not recorded")
          } else if (!(name in now)) {
            fail(name " is recorded but was not counted")
          } else {
            ratio = sprintf("%.3f", now[name] / recorded[name])
            if (now[name] > 1.03 * recorded[name]) {
              fail(name " takes " now[name] " instructions, more than 1.03 x " \
                recorded[name])
            }
          }
          printf "%-16s%12s%12s%8s\n", name, \
            name in recorded ? recorded[name] : "-", \
            name in now ? now[name] : "-", ratio
        }
        if (failures != "") {
          fflush()
          print substr(failures, 2) >"/dev/stderr"
          exit 1
        }
      }' "$1" "$2"
}

# Prints the fuzz targets.
fuzz_targets() {
  sed -n 's/^api_access_add_fuzz(\([a-z]*\).*/\1/p' tests/fuzz/CMakeLists.txt
}

# fuzz_target NAME SECONDS runs a target from its corpora, the one that is in the
# repository and the one that earlier runs have left in build/, and prints a row of
# the table of `fuzz`. It fails on a finding.
fuzz_target() {
  log=build/fuzz/$1.log
  corpus=build/fuzz/corpus/$1
  found=build/fuzz/findings/$1
  mkdir -p "$corpus" "$found"
  rm -f "$log" "$log".*
  printf '0 %s\n' "$(date +%s)" >"$log.edges"
  dictionary=
  [ ! -e "tests/fuzz/$1.dict" ] || dictionary=-dict=tests/fuzz/$1.dict
  {
    # shellcheck disable=SC2086
    "build/fuzz/tests/fuzz/fuzz_$1" -max_total_time="$2" -max_len=4096 \
      -timeout=30 $dictionary -artifact_prefix="$found/" \
      -print_final_stats=1 "$corpus" "tests/fuzz/corpus/$1" 2>&1 ||
      touch "$log.failed"
  } | {
    edges=0
    while IFS= read -r line; do
      printf '%s\n' "$line"
      case $line in *' cov: '*) ;; *) continue ;; esac
      line=${line#* cov: }
      [ "${line%% *}" -gt "$edges" ] || continue
      edges=${line%% *}
      printf '%s %s\n' "$edges" "$(date +%s)" >"$log.edges"
    done
  } >"$log"
  ended=$(date +%s)
  awk -v name="$1" -v ended="$ended" '
      /^stat::number_of_executed_units:/ { count = $2 }
      /^stat::average_exec_per_sec:/ { rate = $2 }
      FILENAME != ARGV[1] { edges = $1; grown = $2 }
      END {
        printf "%-10s%12d%10d%8d%10d s\n", name, count, rate, edges, \
          ended - grown
      }' "$log" "$log.edges"
  [ -e "$log.failed" ] || return 0
  tail -n 40 "$log" >&2
  say "$1 fails; the log is in $log, the input in $found/"
  return 1
}

sources() {
  find include src tests bench examples -name '*.h' -o -name '*.cc' | sort
}

verb=${1:-help}
case $verb in
  demo)
    need_examples
    configure demo -DAPI_ACCESS_DEVELOPER=OFF -DAPI_ACCESS_BUILD_TESTS=OFF \
      -DAPI_ACCESS_TESTING=OFF
    cmake --build build/demo
    demo
    ;;
  test)
    need_tests
    configure test
    cmake --build build/test
    run_tests test
    ;;
  asan)
    need_tests
    configure_strict asan -DAPI_ACCESS_SANITIZE=address -DAPI_ACCESS_WORLDS=small
    cmake --build build/asan
    run_tests asan
    ;;
  tsan)
    need_tests
    configure_strict tsan -DAPI_ACCESS_SANITIZE=thread -DAPI_ACCESS_WORLDS=small
    cmake --build build/tsan
    run_tests tsan
    ;;
  verify)
    # Goes on after a step that fails: whoever comes back hours later wants to know
    # of all.
    table=$(printf '%-14s%-8s%8s' step result seconds)
    failed=0
    for step in 'format check' docs tidy asan tsan clang abseil whole cost coverage \
      gateway scale page wasm; do
      say "$step"
      began=$(date +%s)
      result=passed
      # shellcheck disable=SC2086
      sh cmake/run.sh $step || {
        result=FAILED
        failed=1
      }
      table=$table$(printf '\n%-14s%-8s%8d' "$step" "$result" \
        "$(($(date +%s) - began))")
    done
    printf '\n%s\n' "$table"
    exit "$failed"
    ;;
  whole)
    need_tests
    configure_strict whole -DAPI_ACCESS_WORLDS=whole
    cmake --build build/whole
    run_tests whole
    ;;
  clang)
    need_tests
    need clang libbenchmark-dev
    # Precompiled headers hide that a source forgot to include them.
    configure_strict clang -DCMAKE_CXX_COMPILER=clang++ \
      -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DAPI_ACCESS_BUILD_BENCHMARKS=ON
    cmake --build build/clang
    run_tests clang
    ;;
  abseil)
    need_tests
    build_abseil
    configure_strict std-abseil -DAPI_ACCESS_C_STANDALONE=ON \
      -DCMAKE_PREFIX_PATH="$PWD/build/abseil/prefix"
    grep -q 'define ABSL_OPTION_USE_STD_STRING_VIEW [12]' \
      build/abseil/prefix/include/absl/base/options.h
    grep -q "absl_DIR:PATH=$PWD/build/abseil/prefix" \
      build/std-abseil/CMakeCache.txt
    cmake --build build/std-abseil
    run_tests std-abseil
    ;;
  fuzz)
    seconds=${2:-}
    case $seconds in
      '' | *[!0-9]*)
        say "expected seconds: sh cmake/run.sh fuzz SECONDS [TARGET]"
        exit 2
        ;;
    esac
    targets=${3:-$(fuzz_targets)}
    need_tests
    need clang
    version=$(clang++ -dumpversion)
    need "libclang-rt-${version%%.*}-dev"
    # Only the libraries and the targets are built.
    configure_strict fuzz -DCMAKE_CXX_COMPILER=clang++ \
      -DAPI_ACCESS_SANITIZE=fuzzer
    # shellcheck disable=SC2046,SC2086
    cmake --build build/fuzz --target $(printf ' fuzz_%s' $targets)
    printf '%-10s%12s%10s%8s%12s\n' target executions 'a second' edges \
      'plateau'
    failed=0
    # Two at a time: each takes a core.
    set --
    for target in $targets; do
      fuzz_target "$target" "$seconds" &
      set -- "$@" $!
      [ $# -eq 2 ] || continue
      for job in "$@"; do wait "$job" || failed=1; done
      set --
    done
    for job in "$@"; do wait "$job" || failed=1; done
    exit "$failed"
    ;;
  gateway)
    need_tests
    # Both fit one version of nginx alone: apt has to take them in one go.
    need_stopped nginx-light nginx-dev libnginx-mod-http-lua
    need bash libssl-dev wrk apache2-utils
    configure_strict gateway -DAPI_ACCESS_NGINX=ON
    cmake --build build/gateway --target gateway
    ctest --test-dir build/gateway --output-on-failure --no-tests=error -L gateway
    # What the tests have measured.
    grep -E ' comparisons, | under load; |^\.?processor time ' \
      build/gateway/Testing/Temporary/LastTest.log
    ;;
  scale)
    need_tests
    need_stopped openssh-server
    need openssh-client rsync parallel python3-distributed
    # Where it runs as root, sshd wants this folder, which its service would make.
    [ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
    # In the tree of `gateway`: after that verb, little is left to build.
    configure_strict gateway -DAPI_ACCESS_SCALE=ON
    cmake --build build/gateway --target api-access
    ctest --test-dir build/gateway --output-on-failure --no-tests=error -L scale \
      -j "$(getconf _NPROCESSORS_ONLN)"
    ;;
  page)
    need_tests
    need chromium fonts-dejavu-core poppler-utils
    command -v node >/dev/null || need nodejs
    # In the tree of `gateway`, too.
    configure_strict gateway -DAPI_ACCESS_PAGE_TESTS=ON
    cmake --build build/gateway --target api-access
    ctest --test-dir build/gateway --output-on-failure --no-tests=error -L page \
      -j "$(getconf _NPROCESSORS_ONLN)"
    grep ' comparisons ' build/gateway/Testing/Temporary/LastTest.log
    ;;
  wasm)
    need_tests
    need emscripten chromium fonts-dejavu-core
    command -v npm >/dev/null || need nodejs npm
    fetch_abseil
    # Where Debian's emscripten has modules that it needs, with any node.
    export NODE_PATH=/usr/share/nodejs
    emcmake cmake -S examples/browser -B build/wasm -G Ninja \
      -DCMAKE_BUILD_TYPE=MinSizeRel \
      -DAPI_ACCESS_ABSEIL_SOURCE="$PWD/build/abseil/source" >/dev/null
    cmake --build build/wasm
    # In the tree of `gateway`, too.
    configure_strict gateway -DAPI_ACCESS_WASM_PACKAGE="$PWD/build/wasm/package"
    cmake --build build/gateway --target wasm_tests
    ctest --test-dir build/gateway --output-on-failure --no-tests=error -L wasm \
      -j "$(getconf _NPROCESSORS_ONLN)"
    grep -E '^(# )?.* (bytes|comparisons|decisions|ms|ns a decision)' \
      build/gateway/Testing/Temporary/LastTest.log
    ;;
  bench)
    configure_bench
    cmake --build build/bench
    if [ "${2:-}" = --picture ]; then
      need gnuplot-nox mawk
      draw_growth
    else
      bench
    fi
    ;;
  peers)
    configure_bench
    command -v npm >/dev/null || need nodejs npm
    cmake --build build/bench --target api-access api-access-bench
    mkdir -p build/peers
    cp bench/peers/package.json bench/peers/peers.mjs build/peers
    npm install --prefix build/peers --no-audit --no-fund --silent
    node build/peers/peers.mjs build/bench/examples/api-access \
      build/bench/bench/api-access-bench build/peers
    ;;
  cost)
    need_library
    need valgrind libbenchmark-dev mawk
    cxx=${CXX:-g++}
    [ "$cxx" != clang++ ] || need clang
    compiler=$(name_compiler)
    recorded=bench/cost/$compiler.txt
    if [ "${2:-}" != record ] && [ ! -e "$recorded" ]; then
      say "no counts are recorded for this compiler: $recorded is missing"
      say "to record them: CXX=$cxx sh cmake/run.sh cost record"
      exit 1
    fi
    # Flags of the environment would change the counts.
    configure "cost/$compiler" -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS= \
      -DCMAKE_BUILD_TYPE=Release -DAPI_ACCESS_DEVELOPER=OFF \
      -DAPI_ACCESS_BUILD_TESTS=OFF -DAPI_ACCESS_TESTING=OFF \
      -DAPI_ACCESS_BUILD_EXAMPLES=OFF -DAPI_ACCESS_BUILD_BENCHMARKS=ON
    cmake --build "$tree" --target api_access_cost
    count_instructions >"$tree/counts.txt"
    if [ "${2:-}" = record ]; then
      mkdir -p bench/cost
      cp "$tree/counts.txt" "$recorded"
      say "recorded in $recorded"
    fi
    compare_counts "$recorded" "$tree/counts.txt"
    ;;
  coverage)
    need_tests
    need clang llvm
    configure coverage -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_BUILD_TYPE=None \
      -DAPI_ACCESS_WORLDS=small \
      -DCMAKE_CXX_FLAGS='-O1 -fprofile-instr-generate -fcoverage-mapping'
    tree=build/coverage
    # Not vectors_test: clang 14 crashes on it with these flags.
    programs='api_access_test json_test page_test testing_test c_test oracle_test
      examples_test'
    # shellcheck disable=SC2086
    cmake --build "$tree" --target $programs
    rm -f "$tree"/*.profraw
    objects=$tree/libapi_access_c.so
    for program in $programs; do
      # One file for each program, those that it starts included.
      LLVM_PROFILE_FILE=$PWD/$tree/%m.profraw "$tree/tests/$program" --gtest_brief
      objects="$objects -object $tree/tests/$program"
    done
    llvm-profdata merge -sparse "$tree"/*.profraw -o "$tree/profdata"
    cover() {
      action=$1
      shift
      # shellcheck disable=SC2086
      llvm-cov "$action" $objects -instr-profile "$tree/profdata" \
        -ignore-filename-regex='/(tests|examples|bench)/' "$@"
    }
    cover show -format=html -output-dir "$tree/html" -show-branches=count
    cover export -format=lcov >"$tree/coverage.lcov"
    cover export >"$tree/coverage.json"
    python3 cmake/coverage.py "$tree/coverage.lcov" "$tree/coverage.json"
    ;;
  mutation)
    need_tests
    need ccache lld
    python3 tests/mutation/mutate.py "${2:-100}" "${3:-1}"
    ;;
  docs)
    need doxygen mawk
    mkdir -p build/docs
    doxygen cmake/Doxyfile
    say 'open build/docs/html/index.html'
    ;;
  tidy)
    need_tests
    need clang-tidy libbenchmark-dev
    configure tidy -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON \
      -DAPI_ACCESS_BUILD_BENCHMARKS=ON
    # Not the projects of strangers, which this tree does not build.
    sed -n 's/^ *"file": "\(.*\)".*/\1/p' build/tidy/compile_commands.json |
      grep -vF "$PWD/build/" | sort -u |
      xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 clang-tidy -quiet -p build/tidy
    ;;
  format)
    need clang-format
    if [ "${2:-}" = check ]; then
      sources | xargs clang-format --dry-run --Werror
    else
      sources | xargs clang-format -i
    fi
    ;;
  help | --help | -h)
    usage
    ;;
  *)
    usage >&2
    say "unknown verb: $verb"
    exit 2
    ;;
esac
