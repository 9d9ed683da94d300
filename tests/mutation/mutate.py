#!/usr/bin/env python3
"""Would the tests notice? Changes one thing of src/ at a time and runs them.

usage: mutate.py [COUNT] [SEED]

Draws COUNT mutants by SEED from all that can be made of src/, builds each in a copy of
the project, build/mutation/, and runs the test programs that it changes, in small
worlds. A mutant is killed when a test fails, ends by a signal or takes too much time or
memory. One that does not compile is replaced by the next of the draw. Where the compiler
makes the same programs of a mutant, it is equivalent and no program is run.

The draw orders mutants by a hash of SEED and their lines, so that it stays nearly the
same when src/ changes. What has been run is kept in build/mutation/outcomes.jsonl: a run
goes on where an earlier one has stopped. After the project has changed, survivors are
run again. Killed mutants are not, since tests are added rather than removed; delete that
file to run all of them again.

Prints the survivors and the share that was killed of those that change behaviour, with
its 95 % interval. survivors.jsonl, beside this program, says why a mutant survives, and
whether it changes anything but cost all the same. Exit status 1: a survivor that is not
there, or fewer than 95 % killed.
"""

import collections
import filecmp
import hashlib
import json
import math
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPY = ROOT / "build/mutation/source"
TREE = COPY / "build/tree"
LOG = ROOT / "build/mutation/outcomes.jsonl"
EXPLAINED = pathlib.Path(__file__).with_name("survivors.jsonl")
PARTS = ["CMakeLists.txt", "README.md", ".github", "bench", "cmake", "examples",
         "include", "src", "tests"]
# In the order in which they are built and run: the quickest to fail first.
TESTS = ["api_access_test", "json_test", "page_test", "testing_test", "c_test",
         "vectors_test", "allocation_test", "oracle_test"]
LIBRARIES = ["api_access", "api_access_json", "api_access_page", "api_access_testing",
             "api_access_c"]
MEMORY = 4 << 30
# What tells a mutant from all others, also after lines have moved.
PLACE = ["File", "Before", "After", "Nth"]
LEAST_KILLED = 0.95

# clang-format puts blanks around a binary operator and none into `vector<int>`,
# `T&&` and `*this`. Nothing is subtracted from a text.
OPERATORS = [(" == ", " != "), (" != ", " == "), (" < ", " <= "), (" <= ", " < "),
             (" > ", " >= "), (" >= ", " > "), (" && ", " || "), (" || ", " && "),
             (" + ", " - "), (" - ", " + "), (" += ", " -= "), (" -= ", " += "),
             (" | ", " & "), (" & ", " | "), (" << ", " >> "), (" >> ", " << ")]
WORDS = {"true": "false", "false": "true", "begin": "end", "front": "back",
         "lower_bound": "upper_bound", "upper_bound": "lower_bound",
         "min": "max", "max": "min", "any_of": "all_of", "all_of": "any_of"}
OTHER_STATEMENTS = ("return|using|const|constexpr|auto|static|if|for|while|switch|case|"
                    "default|else|do|namespace|struct|friend|public|private|explicit")


def blanked(text):
    """`text`, as long, without what is not run: comments, texts, directives."""
    pattern = re.compile(
        r'//[^\n]*|R"\((?:[^)]|\)(?!"))*\)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\''
        r"|^[ ]*#(?:[^\n]*\\\n)*[^\n]*"
        r"|\bstatic_assert\([^;]*;|\btemplate <[^;{]*?>\n|\brequires [^;{]*",
        re.MULTILINE)
    return pattern.sub(lambda m: re.sub(r"[^\n]", "\0", m.group()), text)


def closing(text, opening):
    """Where the parenthesis that opens at `opening` closes."""
    depth = 0
    for i in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[i], 0)
        if depth == 0:
            return i
    return None


def mutants_of(text):
    """All mutants of a source: (from, to, new text), by position."""
    code = blanked(text)
    found = set()
    for old, new in OPERATORS:
        for match in re.finditer(re.escape(old.strip()), code):
            begin, end = match.span()
            if code[begin - 1] in " \n" and code[end:end + 1] in (" ", "\n") and \
                    code[begin - 1:end + 1].strip() == old.strip() and \
                    not (new == " - " and "\0" in code[begin - 2:end + 2]):
                found.add((begin, end, new.strip()))
    for match in re.finditer(r"(?<![\w.'])\d[\d']*(?:u|U|L|LL|UL)?\b(?![.'])", code):
        digits = re.match(r"[\d']+", match.group()).group()
        found.add((match.start(), match.start() + len(digits),
                   str(int(digits.replace("'", "")) + 1)))
    for match in re.finditer(r"\b(%s)\b" % "|".join(WORDS), code):
        found.add((match.start(), match.end(), WORDS[match.group()]))
    for match in re.finditer(r"!(?=[\w(])", code):
        found.add((match.start(), match.end(), ""))
    for match in re.finditer(r"\b(?:if|while) \(", code):
        end = closing(code, match.end() - 1)
        condition = code[match.end():end]
        if ";" in condition:
            begin = match.end() + condition.index(";") + 1
        else:
            begin = match.end()
        for new in ("true", "false"):
            if "while" not in match.group() or new == "false":
                found.add((begin, end, " " + new if ";" in condition else new))
    # One statement that is an expression, a `break` or a `continue`.
    for match in re.finditer(r"^ +((?!(?:%s)\b)(?:break|continue|[\w:]+(?:\.|->|\(|\[| =|"
                             r" \+=|\+\+)[^;{}]*);)" % OTHER_STATEMENTS, code,
                             re.MULTILINE):
        before = code[:match.start()].rstrip(" \n\0")
        if before.endswith((";", "{", "}", ":", ")", "else")):
            found.add((match.start(1), match.end(), ";"))
    for match in re.finditer(r"(?<=\s)(\+\+|--)(?=[\w(*])", code):
        found.add((match.start(), match.end(), "--" if match.group() == "++" else "++"))
    return sorted(found)


def described(path):
    """All mutants of a source, with the lines before and after and, of those whose
    lines are alike, which it is."""
    text = (ROOT / path).read_text()
    fold = lambda part: " ".join(part.split())
    count = collections.Counter()
    for begin, end, new in mutants_of(text):
        first, last = text.rfind("\n", 0, begin) + 1, text.find("\n", end)
        before, after = fold(text[first:last]), fold(text[first:begin] + new + text[end:last])
        nth = count[before, after]
        count[before, after] += 1
        yield ({"File": path, "Before": before, "After": after, "Nth": nth,
                "Line": text.count("\n", 0, begin) + 1},
               text[:begin] + new + text[end:])


def place(row):
    return tuple(row[field] for field in PLACE)


def drawn(seed):
    """All mutants in the order of the draw, each with the text of its source."""
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*")
                     if path.suffix in (".cc", ".h"))
    mutants = [mutant for path in sources for mutant in described(path)]
    print(f"{len(mutants)} mutants of {len(sources)} sources, seed {seed}", flush=True)
    key = lambda mutant: hashlib.sha256(json.dumps([seed, *place(mutant[0])]).encode())
    return sorted(mutants, key=lambda mutant: key(mutant).digest())


def build(targets):
    return subprocess.run(["cmake", "--build", TREE, "--target", *targets],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)


def program(name):
    """What a test program runs: its bytes and those of our shared library, if it uses
    that."""
    code = (TREE / "tests" / name).read_bytes()
    library = "libapi_access_c.so"
    if library.encode() in code:
        code += (TREE / library).read_bytes()
    return hashlib.sha256(code).digest()


def succeeds(name, seconds):
    """Whether a test program succeeds within so much processor time."""
    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    try:
        # The time by the clock is for programs that wait for ever.
        return subprocess.run(
            [TREE / "tests" / name, "--gtest_fail_fast", "--gtest_brief=1"], cwd=TREE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=limit,
            timeout=60 * seconds, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def outcome_of(path, text, programs):
    target = COPY / path
    original = target.read_bytes()
    target.write_text(text)
    outcome = "same program", None
    try:
        for name, (bytes_of, seconds) in programs.items():
            built = build([name])
            if built.returncode != 0:
                # Not a full disk, nor a compiler that was stopped.
                if " error: " not in built.stdout:
                    raise SystemExit(f"mutate.py: expected a build or a compiler's "
                                     f"error, got:\n{built.stdout[-2000:]}")
                if build(LIBRARIES).returncode != 0:
                    return "does not compile", None
                return "killed", f"the build of {name}"
            if program(name) != bytes_of:
                if not succeeds(name, seconds):
                    return "killed", name
                outcome = "survived", None
        return outcome
    finally:
        target.write_bytes(original)


def prepare():
    """Builds a copy of the project and runs its tests: for each program what it is
    without a mutation, and the processor time that it may take."""
    def copy(source, target):
        # Only what differs, so that little is built again.
        if not os.path.exists(target) or not filecmp.cmp(source, target, shallow=False):
            shutil.copy(source, target)

    COPY.mkdir(parents=True, exist_ok=True)
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, COPY / part, copy_function=copy,
                            dirs_exist_ok=True)
        else:
            copy(ROOT / part, COPY / part)
    # The source as it was comes out of ccache after each mutant. Precompiled headers
    # would keep tests from that.
    subprocess.run(
        ["cmake", "-S", COPY, "-B", TREE, "-G", "Ninja",
         "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1",
         "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache",
         "-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON",
         "-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=lld -s",
         "-DCMAKE_SHARED_LINKER_FLAGS=-fuse-ld=lld -s",
         "-DCMAKE_GTEST_DISCOVER_TESTS_DISCOVERY_MODE=PRE_TEST",
         "-DAPI_ACCESS_DEVELOPER=ON", "-DAPI_ACCESS_BUILD_BENCHMARKS=OFF",
         "-DAPI_ACCESS_WORLDS=small"],
        stdout=subprocess.DEVNULL, check=True)
    built = build(TESTS)
    if built.returncode != 0:
        sys.exit(built.stdout[-4000:] + "mutate.py: expected the project to build")
    programs = {}
    for name in TESTS:
        used = lambda: resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        began = used()
        if not succeeds(name, 3600):
            sys.exit(f"mutate.py: expected {name} to succeed before a mutation")
        programs[name] = program(name), 5 + int(3 * (used() - began))
    return programs


def interval(killed, count):
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, killed / count
    middle = share + z * z / (2 * count)
    width = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - width) / (1 + z * z / count), (middle + width) / (1 + z * z / count)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    mutants = drawn(sys.argv[2] if len(sys.argv) > 2 else "1")
    programs = prepare()
    files = sorted(path for part in PARTS for path in [ROOT / part, *(ROOT / part).rglob("*")]
                   if path.is_file() and path.parent != EXPLAINED.parent)
    project = hashlib.sha256(b"".join(map(pathlib.Path.read_bytes, files))).hexdigest()
    done = {}
    for row in map(json.loads, LOG.read_text().splitlines() if LOG.exists() else []):
        if row["Outcome"] in ("killed", "does not compile") or row["Project"] == project:
            done[place(row)] = row
    rows = []
    with LOG.open("a") as out:
        for mutant, text in mutants:
            if len(rows) == count:
                break
            row = done.get(place(mutant))
            if row is None:
                outcome, by = outcome_of(mutant["File"], text, programs)
                row = {**mutant, "Outcome": outcome, "By": by, "Project": project}
                print(json.dumps(row), file=out, flush=True)
                print(f'{outcome} {row["File"]}:{row["Line"]} {by or ""}', flush=True)
            if row["Outcome"] != "does not compile":
                rows.append(row)

    explained = {place(row): row
                 for row in map(json.loads, EXPLAINED.read_text().splitlines())}
    survivors = [row for row in rows if row["Outcome"] == "survived"]
    unexplained = 0
    equivalent = sum(row["Outcome"] == "same program" for row in rows)
    for row in survivors:
        known = explained.get(place(row), {"Why": "NOT EXPLAINED", "Changes": True})
        unexplained += place(row) not in explained
        equivalent += not known["Changes"]
        print(f'\n{row["File"]}:{row["Line"]}')
        print(json.dumps({**dict(zip(PLACE, place(row))), "Changes": known["Changes"],
                          "Why": known["Why"]}))
    changing = len(rows) - equivalent
    if changing == 0:
        sys.exit("mutate.py: expected at least one mutant that changes behaviour")
    killed = sum(row["Outcome"] == "killed" for row in rows)
    low, high = interval(killed, changing)
    print(f"\n{len(rows)} mutants, {equivalent} of them equivalent or of cost alone. "
          f"Of {changing} others {killed} were killed: {killed / changing:.1%} "
          f"(95 % interval {low:.1%} to {high:.1%}).")
    return 1 if unexplained or killed / changing < LEAST_KILLED else 0


if __name__ == "__main__":
    sys.exit(main())
