"""The example in Python decides as api-access does.

usage: python_test.py SOURCE_DIR API_ACCESS LIBRARY COMPILER [PRELOADED...]
PRELOADED are the names of libraries of COMPILER that a sanitized LIBRARY needs
from the start.
"""
import json
import pathlib
import subprocess
import sys

import sanitized

source_dir, api_access, library, *compiler = sys.argv[1:]
source_dir = pathlib.Path(source_dir)
environment = sanitized.environment(*compiler)

compared = 0
for name in ["ready", "blocked", "eim-users", "trusted"]:
    folder = source_dir / "examples/accounts" / name
    requests = (folder / "requests.jsonl").read_text().splitlines()
    answers = subprocess.run(
        [api_access, "decide", "--account", folder, "--now", "2030-01-01"],
        input="\n".join(requests), stdout=subprocess.PIPE, text=True,
    ).stdout.splitlines()
    # A line in error has no reason, and is not asked.
    asked, expected = [], []
    for request, answer in zip(requests, map(json.loads, answers)):
        if "Reason" in answer:
            asked.append(request)
            expected.append("\t".join(
                [answer["Verdict"], answer["Reason"], answer["RuleId"] or ""]))
    got = subprocess.run(
        [sys.executable, source_dir / "examples/python/decide.py", library, folder],
        input="\n".join(asked), stdout=subprocess.PIPE, text=True, check=True,
        env=environment).stdout.splitlines()
    assert got == expected, f"{name}: expected {expected}, got {got}"
    compared += len(got)
assert compared > 20, compared
