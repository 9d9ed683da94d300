#!/usr/bin/env python3
"""What share of the lines and branches of src/ and include/ the tests run.

    coverage.py LCOV JSON

The arguments are what `llvm-cov export` writes in both formats. Prints the lines that are
never run and the ways of branches that are never taken, then both shares; fails when one
is below its target.

A branch is a place in a source, with two ways: true and false. What several instances
of a template or uses of a macro run is added up. Comparisons that are `= default` do not
count: the compiler writes their branches, one for each member.
"""

import collections
import json
import os
import sys

LINES = 99.5
BRANCHES = 98.0


ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))


def name_of(path):
    """Where a source is in the project; nothing for what is not the library's."""
    name = os.path.relpath(os.path.realpath(path), ROOT)
    return name if name.startswith(("src/", "include/")) else None


def lines_run(lcov):
    """How often each line is run: {(file, line): count}."""
    run = {}
    for row in lcov:
        kind, _, value = row.rstrip().partition(":")
        if kind == "SF":
            name = name_of(value)
        elif kind == "DA" and name:
            line, count = map(int, value.split(","))
            run[name, line] = count
    return run


def ways_taken(functions):
    """How often each way is taken: {(file, line, column, way): count}."""
    taken = collections.Counter()
    for function in functions:
        for line, column, _, _, true, false, file, *_ in function["branches"]:
            name = name_of(function["filenames"][file])
            if name:
                taken[name, line, column, "true"] += true
                taken[name, line, column, "false"] += false
    return taken


def main():
    with open(sys.argv[1], encoding="utf-8") as lcov:
        lines = lines_run(lcov)
    with open(sys.argv[2], encoding="utf-8") as exported:
        ways = ways_taken(json.load(exported)["data"][0]["functions"])
    sources = {}
    for name in {name for name, *_ in lines}:
        with open(os.path.join(ROOT, name), encoding="utf-8") as source:
            sources[name] = source.read().split("\n")
    text_of = lambda place: sources[place[0]][place[1] - 1].strip()
    ways = {
        way: count
        for way, count in ways.items()
        if not text_of(way).endswith("= default;")
    }

    failed = False
    shares = []
    for what, counts, least in (("lines", lines, LINES), ("ways", ways, BRANCHES)):
        never = sorted(place for place, count in counts.items() if count == 0)
        for place in never:
            print(":".join(map(str, place)) + ": never: " + text_of(place))
        run = len(counts) - len(never)
        share = 100 * run / len(counts) if counts else 0
        shares.append(
            f"{run} of {len(counts)} {what} are run: {share:.2f} %, expected {least} %"
        )
        failed |= share < least
    print("\n".join(shares))
    sys.exit(failed)


main()
