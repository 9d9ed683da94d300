#!/usr/bin/env python3
"""Would the tests notice? Changes one thing of src/ at a time and runs them.

usage: mutate.py [COUNT] [SEED]

Draws COUNT mutants by SEED from all that can be made of src/, builds each in a copy
of the project, build/mutation/, and runs the quick tests. A mutant is killed when a
test fails, does not end or ends by a signal. One that does not compile is replaced by
the next of the draw. What has been run is kept in build/mutation/SEED.jsonl, so that a
run goes on where an earlier one of the same seed and the same project has stopped.

Prints the survivors and the share that was killed of those that change behaviour, with
its 95 % interval. Exit status 1: a survivor that survivors.jsonl, beside this program,
does not explain, or fewer than 95 % killed.
"""

import hashlib
import json
import math
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPY = ROOT / "build/mutation/source"
TREE = ROOT / "build/mutation/tree"
EXPLAINED = pathlib.Path(__file__).with_name("survivors.jsonl")
PARTS = ["CMakeLists.txt", "README.md", "bench", "cmake", "examples", "include", "src",
         "tests"]
TESTS = ["api_access_test", "json_test", "page_test", "testing_test", "c_test",
         "vectors_test", "oracle_test"]
LIBRARIES = ["api_access", "api_access_json", "api_access_page", "api_access_c"]
LEAST_KILLED = 0.95

# clang-format puts blanks around a binary operator and none into `vector<int>`,
# `T&&` and `*this`.
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
        r'//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'|^[ ]*#(?:[^\n]*\\\n)*[^\n]*'
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


def mutants_of(path):
    """All mutants of a source: (from, to, new text), by position."""
    text = (ROOT / path).read_text()
    code = blanked(text)
    found = set()
    for old, new in OPERATORS:
        for match in re.finditer(re.escape(old.strip()), code):
            begin, end = match.span()
            if code[begin - 1] in " \n" and code[end:end + 1] in (" ", "\n") and \
                    code[begin - 1:end + 1].strip() == old.strip():
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
    return [(path, begin, end, new) for begin, end, new in sorted(found)]


def described(mutant):
    """File, line and the lines of the source before and after."""
    path, begin, end, new = mutant
    text = (ROOT / path).read_text()
    first, last = text.rfind("\n", 0, begin) + 1, text.find("\n", end)
    fold = lambda part: " ".join(part.split())
    return {"File": path, "Line": text.count("\n", 0, begin) + 1,
            "Before": fold(text[first:last]),
            "After": fold(text[first:begin] + new + text[end:last])}


def build(targets):
    return subprocess.run(["cmake", "--build", TREE, "--target", *targets],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)


def failing_test(seconds):
    """The test program that fails, all of which are run side by side, or None."""
    running = {name: subprocess.Popen(
        [TREE / "tests" / name, "--gtest_fail_fast", "--gtest_brief"], cwd=TREE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for name in TESTS}
    ends = time.monotonic() + seconds
    failed = None
    while running and failed is None:
        if time.monotonic() > ends:
            failed = "does not end"
        for name, process in list(running.items()):
            try:
                if process.wait(0.1) != 0:
                    failed = name
                del running[name]
            except subprocess.TimeoutExpired:
                pass
    for process in running.values():
        process.kill()
        process.wait()
    return failed


def outcome_of(mutant, seconds):
    path, begin, end, new = mutant
    target = COPY / path
    original = (ROOT / path).read_text()
    target.write_text(original[:begin] + new + original[end:])
    try:
        if build(LIBRARIES).returncode != 0:
            return "does not compile", None
        if build(TESTS).returncode != 0:
            return "killed", "the build of a test"
        by = failing_test(seconds)
        return ("killed", by) if by else ("survived", None)
    finally:
        target.write_text(original)


def prepare():
    """A copy of the project, built; returns how long its tests may take."""
    for part in PARTS:
        source, target = ROOT / part, COPY / part
        if source.is_dir():
            # Only what differs is written, so that little is built again.
            wanted = {p.relative_to(source) for p in source.rglob("*") if p.is_file()}
            for old in target.rglob("*") if target.exists() else []:
                if old.is_file() and old.relative_to(target) not in wanted:
                    old.unlink()
            names = [(source / n, target / n) for n in wanted]
        else:
            names = [(source, target)]
        for one, other in names:
            if not other.exists() or one.read_bytes() != other.read_bytes():
                other.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(one, other)
    subprocess.run(
        ["cmake", "-S", COPY, "-B", TREE, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None",
         "-DCMAKE_CXX_FLAGS=-O1", "-DAPI_ACCESS_DEVELOPER=ON",
         "-DAPI_ACCESS_BUILD_BENCHMARKS=OFF", "-DAPI_ACCESS_WORLDS=small"],
        stdout=subprocess.DEVNULL, check=True)
    built = build(TESTS)
    if built.returncode != 0:
        sys.exit(built.stdout[-4000:] + "mutate.py: expected the project to build")
    began = time.monotonic()
    by = failing_test(3600)
    if by:
        sys.exit(f"mutate.py: expected the tests to pass before a mutation, {by} fails")
    return 60 + 10 * (time.monotonic() - began)


def interval(killed, count):
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, killed / count
    middle = share + z * z / (2 * count)
    width = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - width) / (1 + z * z / count), (middle + width) / (1 + z * z / count)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = sys.argv[2] if len(sys.argv) > 2 else "1"
    sources = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*")
                     if path.suffix in (".cc", ".h"))
    drawn = [mutant for path in sources for mutant in mutants_of(path)]
    print(f"{len(drawn)} mutants of {len(sources)} sources, seed {seed}", flush=True)
    random.Random(seed).shuffle(drawn)

    seconds = prepare()
    files = sorted(path for part in PARTS for path in [ROOT / part, *(ROOT / part).rglob("*")]
                   if path.is_file())
    digest = hashlib.sha256(b"".join(map(pathlib.Path.read_bytes, files))).hexdigest()
    log = ROOT / f"build/mutation/{seed}.jsonl"
    done = {}
    if log.exists():
        rows = [json.loads(line) for line in log.read_text().splitlines()]
        done = {row["Number"]: row for row in rows if row["Project"] == digest}
    rows = []
    with log.open("a") as out:
        for number, mutant in enumerate(drawn):
            if len(rows) == count:
                break
            row = done.get(number)
            if row is None:
                outcome, by = outcome_of(mutant, seconds)
                row = {"Number": number, "Project": digest, **described(mutant),
                       "Outcome": outcome, "By": by}
                print(json.dumps(row), file=out, flush=True)
                print(f'{row["Outcome"]} {row["File"]}:{row["Line"]} {row["By"] or ""}',
                      flush=True)
            if row["Outcome"] != "does not compile":
                rows.append(row)

    place = lambda row: (row["File"], row["Before"], row["After"])
    explained = {place(row): row for row in map(json.loads,
                                                EXPLAINED.read_text().splitlines())}
    survivors = [row for row in rows if row["Outcome"] == "survived"]
    alike = [row for row in survivors if place(row) in explained]
    unexplained = [row for row in survivors if place(row) not in explained]
    for row in survivors:
        why = explained.get(place(row), {"Why": "NOT EXPLAINED"})["Why"]
        print(f'\n{row["File"]}:{row["Line"]}: {why}\n- {row["Before"]}\n+ {row["After"]}')
    killed = sum(row["Outcome"] == "killed" for row in rows)
    changing = len(rows) - len(alike)
    if changing == 0:
        sys.exit("mutate.py: expected at least one mutant that changes behaviour")
    low, high = interval(killed, changing)
    print(f"\n{len(rows)} mutants, {len(alike)} of them explained as equivalent or of cost "
          f"alone. Of {changing} others {killed} were killed: {killed / changing:.1%} "
          f"(95 % interval {low:.1%} to {high:.1%}).")
    return 1 if unexplained or killed / changing < LEAST_KILLED else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
