"""The JUnit XML of `api-access test`, read by another parser.

usage: junit_test.py API_ACCESS SOURCE_DIR
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

PROGRAM, SOURCE = (Path(argument).resolve() for argument in sys.argv[1:3])
del sys.argv[1:3]
ACCOUNT = SOURCE / "examples/accounts/trusted"
REPLACED = "\ufffd"
# A name, and what a reader of the XML gets.
NAMES = {
    "]]>": "]]>",
    "<failure/>": "<failure/>",
    "&amp; &#65;": "&amp; &#65;",
    "\"double\" and 'single'": "\"double\" and 'single'",
    "a\ttab\nand\r\nlines ": "a\ttab\nand\r\nlines ",
    "\0\x01\x1b[31m": REPLACED * 2 + REPLACED + "[31m",
    "\x7f\x80\x85\u2028\u202e": "\x7f\x80\x85\u2028\u202e",
    "\ufffe\uffff\ufffd": REPLACED * 3,
    "\u00e9\u07ff\u0800\ud7ff\ue000\U00010000\U0001f600\U0010ffff":
        "\u00e9\u07ff\u0800\ud7ff\ue000\U00010000\U0001f600\U0010ffff",
    "": "",
}


def expectation(name=None, expect="Deny", **more):
    request = {
        "Service": "api",
        "Method": "ReadVms",
        "ClientIp": "203.0.113.7",
        "Login": "AccessKey",
        "AccessKeyId": "ROOTKEY0000000000001",
        "Expect": expect,
        **more,
    }
    if name is not None:
        request["Name"] = name
    return json.dumps(request)


def run(*files, status):
    result = subprocess.run(
        [PROGRAM, "test", "--account", ACCOUNT, "--now=2030-01-01"]
        + ["--format=junit", *files],
        capture_output=True,
        check=False,
    )
    if result.returncode != status:
        raise AssertionError(f"{result.returncode}: {result.stderr}")
    return result.stdout


class JunitTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name, *lines):
        path = os.path.join(os.fsencode(self.folder), name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        return path

    def test_any_name_is_read_back(self):
        for expect, status in ("Deny", 0), ("Allow", 1):
            lines = [expectation(name, expect) for name in NAMES]
            out = run(self.file(b"names.jsonl", *lines), status=status)
            self.assertTrue(out.isascii())
            self.assertNotRegex(out, rb"[^\n -~]")
            cases = ElementTree.fromstring(out).findall("testsuite/testcase")
            self.assertEqual(
                [case.get("name") for case in cases], list(NAMES.values())
            )
            self.assertEqual(
                [len(case) for case in cases], [status] * len(NAMES)
            )

    def test_file_names_may_be_any_bytes(self):
        # Not UTF-8: a byte alone, a character cut short, one written too long,
        # a surrogate, one that is too large.
        broken = b'"<&\xff\xc3.\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xc3\xa9'
        out = run(self.file(broken, expectation()), status=0)
        suite = ElementTree.fromstring(out).find("testsuite")
        name = os.path.basename(suite.get("name"))
        self.assertEqual(name, '"<&' + 2 * REPLACED + "." + 9 * REPLACED + "\xe9")
        self.assertEqual(suite[0].get("file"), suite.get("name"))

    def test_counts_and_failures(self):
        first = self.file(
            b"first.jsonl",
            expectation("held", Reason="source-ip-not-allowed"),
            "",
            expectation("reason", Reason="no-rules"),
        )
        second = self.file(
            b"second.jsonl",
            expectation(expect="Allow", RuleId="aar-1", Id="<]]>&"),
        )
        out = run(first, second, status=1)
        root = ElementTree.fromstring(out)
        self.assertEqual(root.tag, "testsuites")
        self.assertEqual(root.attrib, {"tests": "3", "failures": "2"})
        self.assertEqual(
            [suite.attrib for suite in root],
            [
                {"name": first.decode(), "tests": "2", "failures": "1"},
                {"name": second.decode(), "tests": "1", "failures": "1"},
            ],
        )
        held, reason, rule = root.findall("testsuite/testcase")
        self.assertEqual(
            held.attrib,
            {
                "name": "held",
                "classname": first.decode(),
                "file": first.decode(),
                "line": "1",
            },
        )
        self.assertEqual(len(held), 0)
        self.assertEqual(reason.get("line"), "3")
        self.assertEqual(
            reason.find("failure").get("message"),
            "expected Deny no-rules, got Deny source-ip-not-allowed",
        )
        self.assertEqual(rule.get("name"), "line 1")
        failure = rule.find("failure")
        self.assertEqual(
            failure.get("message"),
            "expected Allow by `aar-1`, got Deny source-ip-not-allowed",
        )
        self.assertRegex(
            failure.text, r"^Deny  source-ip-not-allowed .*; Id `<]]>&`\n"
        )
        self.assertIn("\n  remedy    call from 192.0.2.0/24", failure.text)
        # There is no time in it.
        self.assertEqual(out, run(first, second, status=1))

    def test_unusable_input_gives_no_document(self):
        good = self.file(b"good.jsonl", expectation())
        bad = self.file(b"bad.jsonl", "", "{}")
        self.assertEqual(run(good, bad, status=2), b"")

    def test_the_sample_expectations(self):
        out = run(ACCOUNT / "expectations.jsonl", status=0)
        root = ElementTree.fromstring(out)
        self.assertEqual(root.get("failures"), "0")
        self.assertGreater(int(root.get("tests")), 5)


if __name__ == "__main__":
    unittest.main()
