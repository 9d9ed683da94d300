"""A folder with two accounts, a log and what one run tells of it."""

import json
import os
import random
import shutil
import subprocess
import tempfile
from pathlib import Path

from support import write_account

ENTRIES = 40000
KILLING_RUN = 20  # of the program, where it is to kill
SEED = int(os.environ.get("API_ACCESS_TEST_SEED", "1"))

# What stands in for the program: one of its runs kills who started it, which is
# the worker of an engine or the shell of a job, and goes on without it.
PROGRAM = """#!/bin/sh
printf '%s\\n' "$*" >>{runs}
if [ "$(wc -l <{runs})" -ge {killing_run} ] && rmdir {armed} 2>/dev/null; then
  kill -KILL "$PPID"
fi
exec {program} "$@"
"""


def make_entry(draw):
    entry = {
        "AccountId": "123456789012",
        "CallDuration": draw.randrange(1000),
        "QueryAccessKey": draw.choice(["KEY-1", "KEY-2", "KEY-3", "GONE", None, ""]),
        "QueryApiName": draw.choice(["oapi"] * 9 + ["fcu"]),
        "QueryApiVersion": "1.41",
        "QueryCallName": draw.choice(["ReadVms", "CreateVms", "ReadApiAccessRules",
                                      "UpdateApiAccessPolicy", "ReadPublicIpRanges",
                                      "Unheard", "Unheard2"]),
        # Few, so that many examples differ by their RequestId alone.
        "QueryDate": f"2030-01-{draw.randrange(1, 31):02}T{draw.randrange(24):02}"
                     f":00:00.{draw.randrange(3):06}Z",
        "QueryHeaderRaw": "Host: \"[{\", Accept: */*\r\n\\",
        "QueryIpAddress": draw.choice([
            f"192.0.2.{draw.randrange(256)}", f"198.51.100.{draw.randrange(256)}",
            f"2001:db8::{draw.randrange(9)}", f"203.0.113.{draw.randrange(9)}", "",
            "x"]),
        "QueryPayloadRaw": json.dumps({"Filters": {"Names": ["é]}"] * draw.randrange(9)}},
                                      ensure_ascii=False),
        "QueryUserAgent": "test 1.0",
        "RequestId": draw.choice([None, f"{draw.getrandbits(128):032x}"]),
        "ResponseStatusCode": draw.choice([200, 200, 400]),
    }
    fields = list(entry.items())
    draw.shuffle(fields)
    if draw.random() < 0.05:
        fields.pop()
    return dict(fields)


def forms_of(entries):
    """The text of a log in each form that it may have."""
    texts = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    pages = [texts[i:i + 1000] for i in range(0, len(texts), 1000)]

    def answer(page):
        return '{"Logs":[' + ",".join(page) + '],"NextPageToken":null}'

    return {
        "answers": "\n".join(map(answer, pages)),
        "one answer": answer(texts),
        "one answer of several lines": json.dumps({"Logs": entries}, indent=2),
        "a list": "[" + ",\n".join(texts) + "]",
        "lines": "\n".join(texts) + "\n",
        "lines of a tool that polls": ".\n" + "".join(
            f"..{text}\r\n\n" if i % 7 == 0 else text + "\n"
            for i, text in enumerate(texts)) + "..",
    }


class Sample:
    def __init__(self, program):
        self.folder = Path(tempfile.mkdtemp(prefix="api_access_scale_"))
        self.program = Path(program).resolve()
        keys = [{"AccessKeyId": f"KEY-{i}", "State": "ACTIVE"} for i in range(1, 5)]
        for name, office, ca_ids in (("account", "192.0.2.0/24", []),
                                     ("planned", "192.0.2.0/25", ["ca-1"])):
            write_account(self.folder / name, keys, [
                {"ApiAccessRuleId": "aar-office", "IpRanges": [office]},
                {"ApiAccessRuleId": "aar-ci", "CaIds": ca_ids,
                 "IpRanges": ["198.51.100.0/25", "198.51.100.0/26"]},
                {"ApiAccessRuleId": "aar-v6", "IpRanges": ["2001:db8::/64"],
                 "CaIds": ["ca-1"], "Cns": ["client.a"]},
                {"ApiAccessRuleId": "aar-unused", "IpRanges": ["10.0.0.0/8"]},
            ], [("ca-1", "00" * 20)])
        draw = random.Random(SEED)
        self.forms = forms_of([make_entry(draw) for _ in range(ENTRIES)])
        self.log = self.folder / "log.json"
        self.log.write_text(self.forms["answers"])
        self.whole = {style: self.ask(
            "--account", self.folder / "account", "--against", self.folder / "planned",
            "--format", style, self.log) for style in ("text", "json")}
        self.runs, self.armed = self.folder / "runs", self.folder / "armed"
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        stand_in = self.bin / "api-access"
        stand_in.write_text(PROGRAM.format(
            runs=self.runs, armed=self.armed, killing_run=KILLING_RUN,
            program=self.program))
        stand_in.chmod(0o755)
        home = self.folder / "home"
        home.mkdir()
        self.environment = {**os.environ, "HOME": str(home),
                            "PATH": f"{self.bin}:{os.environ['PATH']}"}

    def remove(self):
        shutil.rmtree(self.folder)

    def ask(self, *arguments):
        """The report of the program itself. Something breaks in each."""
        done = subprocess.run([self.program, "replay", *arguments],
                              stdout=subprocess.PIPE, text=True)
        assert done.returncode == 1, done
        return done.stdout

    def arm(self):
        """From now on the program is to kill once."""
        self.runs.unlink(missing_ok=True)
        self.armed.mkdir()

    def runs_of_parts(self):
        """How often each part was run since then; asserts that one run has killed."""
        assert not self.armed.exists()
        counts = {}
        for line in self.runs.read_text().splitlines():
            if " --summary " in line:
                part = line.split()[-1]
                counts[part] = counts.get(part, 0) + 1
        return counts
