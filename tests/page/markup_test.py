"""usage: markup_test.py PROGRAM SOURCE_DIR

Reads pages of `api-access report` as strictly as XML, and looks at their
structure: what screen readers rely on.
"""

import ipaddress
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PROGRAM, SOURCE = sys.argv[1:3]
ACCOUNTS = pathlib.Path(SOURCE) / "examples/accounts"
SVG = "{http://www.w3.org/2000/svg}"
HTML = "{http://www.w3.org/1999/xhtml}"


def report(*arguments):
    done = subprocess.run(
        [PROGRAM, "report", "--now", "2030-01-01", *arguments],
        check=True, capture_output=True)
    return done.stdout.decode("ascii")


def answer(command, *arguments, now=True):
    """What another command says, as JSON."""
    date = ["--now", "2030-01-01"] if now else []
    done = subprocess.run(
        [PROGRAM, command, "--format", "json", *date, *arguments],
        capture_output=True, check=False)
    return json.loads(done.stdout)


def text_of(element):
    return "".join(element.itertext())


def cells(tree, table_id):
    """The texts of the rows of a table, none where it is not there."""
    return [[text_of(cell) for cell in row]
            for table in tree.iter(HTML + "table")
            if table.get("id") == table_id
            for row in table.find(HTML + "tbody")]


def blocks_of(mark):
    """The blocks of the map that a mark stands for."""
    block = ipaddress.ip_network(mark)
    mapped = ipaddress.ip_network("::ffff:0:0/96")
    if block.version == 6 and mapped.subnet_of(block):
        return [str(part) for part in block.address_exclude(mapped)]
    return [str(block)]


def fields_of(tree):
    return {field.get("data-field"): field for field in tree.iter(HTML + "dd")}


def hostile_account(folder):
    """An account whose texts are markup, where JSON can hold it."""
    text = "<script>alert('\"&]]>\u0001\u202e</script>"
    rules = [{"ApiAccessRuleId": f"r{i}{text}", "Description": text,
              "IpRanges": ["192.0.2.0/24"], "CaIds": [text], "Cns": [text]}
             for i in range(3)]
    keys = [{"AccessKeyId": "k" + text, "State": "ACTIVE", "Tag": text}]
    for name, answer in (
            ("ReadApiAccessRules", {"ApiAccessRules": rules}),
            ("ReadAccessKeys", {"AccessKeys": keys}),
            ("ReadUsers", {"Users": [{"UserName": "<b>"}]}),
            ("ReadCas", {"Cas": [{"CaId": "c" + text}]}),
            ("ReadApiAccessPolicy", {"ApiAccessPolicy": {
                "MaxAccessKeyExpirationSeconds": 0,
                "RequireTrustedEnv": False}})):
        (folder / (name + ".json")).write_text(json.dumps(answer))
    return folder


class MarkupTest(unittest.TestCase):
    def pages(self):
        log = ACCOUNTS / "trusted/log.json"
        callers = pathlib.Path(SOURCE) / "examples/changes/callers.jsonl"
        for account in sorted(ACCOUNTS.iterdir()):
            yield report("--account", str(account))
            yield report("--account", str(account), "--callers", str(callers),
                         "--against", str(ACCOUNTS / "ready"), "--log",
                         str(log))
        with tempfile.TemporaryDirectory() as folder:
            hostile = hostile_account(pathlib.Path(folder))
            yield report("--account", str(hostile), "--against",
                         str(ACCOUNTS / "ready"))

    def trees(self):
        for page in self.pages():
            yield xml.etree.ElementTree.fromstring(page)

    def test_is_well_formed_and_refers_to_what_is_there(self):
        for tree in self.trees():
            ids = [element.get("id") for element in tree.iter()
                   if element.get("id")]
            self.assertEqual(len(ids), len(set(ids)), "an id twice")
            for element in tree.iter():
                self.assertFalse(element.tag.endswith("}script"))
                label = element.get("aria-labelledby")
                if label:
                    self.assertIn(label, ids)
                fill = element.get("fill", "")
                if fill:
                    self.assertIn(fill.removeprefix("url(#")[:-1], ids)
                for name in element.attrib:
                    self.assertFalse(name.startswith("on"), name)

    def test_has_landmarks_and_headings_in_order(self):
        for tree in self.trees():
            self.assertEqual(tree.get("lang"), "en")
            body = tree.find(HTML + "body")
            self.assertEqual([child.tag for child in body],
                             [HTML + "header", HTML + "main", HTML + "footer"])
            levels = [int(element.tag[-1]) for element in tree.iter()
                      if element.tag in [f"{HTML}h{i}" for i in range(1, 7)]]
            self.assertEqual(levels.count(1), 1)
            self.assertEqual(levels[0], 1)
            for before, after in zip(levels, levels[1:]):
                self.assertLessEqual(after, before + 1)
            for section in tree.iter(HTML + "section"):
                self.assertEqual(section[0].tag, HTML + "h2")

    def test_tables_have_captions_and_rows_of_one_width(self):
        for tree in self.trees():
            boxes = [box for box in tree.iter(HTML + "div")
                     if "scroll" in box.get("class").split()]
            self.assertEqual({box.get("tabindex") for box in boxes}, {"0"})
            tables = [box.find(HTML + "table") for box in boxes
                      if box.find(HTML + "table") is not None]
            self.assertEqual(len(tables), len(list(tree.iter(HTML + "table"))))
            for table in tables:
                self.assertTrue(table.find(HTML + "caption").text)
                widths = set()
                for row in table.find(HTML + "tbody"):
                    self.assertEqual(row[0].tag, HTML + "th")
                    self.assertEqual(row[0].get("scope"), "row")
                    widths.add(len(row))
                head = table.find(HTML + "thead")
                for cell in head.iter(HTML + "th"):
                    self.assertIn(cell.get("scope"), ("col", "colgroup"))
                widths.add(sum(int(cell.get("colspan", "1"))
                               for cell in head[0]))
                self.assertEqual(len(widths), 1, table.get("id"))

    def test_pictures_are_images_with_a_title(self):
        for tree in self.trees():
            for picture in tree.iter(SVG + "svg"):
                self.assertEqual(picture.get("role"), "img")
                self.assertTrue(picture.find(SVG + "title").text)
                marks = [mark for mark in picture.iter(SVG + "rect")
                         if "mark" in mark.get("class", "").split()]
                texts = {text.text for text in picture.iter(SVG + "text")}
                for mark in marks:
                    name = mark.get("data-range") or mark.get("data-key")
                    shown = name
                    # Long ids are cut: text of SVG is not broken into lines.
                    if mark.get("data-key") and len(name) > 40:
                        shown = name[:40] + "..."
                    self.assertIn(shown, texts)
                    self.assertTrue(
                        mark.find(SVG + "title").text.startswith(name))

    def test_says_what_review_and_check_say(self):
        for account in sorted(ACCOUNTS.iterdir()):
            tree = xml.etree.ElementTree.fromstring(
                report("--account", str(account)))
            review = answer("review", "--account", str(account))
            self.assertEqual(
                cells(tree, "findings-table"),
                [[finding["Code"], finding["Subject"] or "-",
                  finding["Message"]] for finding in review["Findings"]])
            check = answer("check", "--account", str(account))
            self.assertEqual(
                cells(tree, "violations"),
                [[violation["Code"], violation["Message"]]
                 for violation in check["Violations"]])
            fields = fields_of(tree)
            self.assertEqual(fields["Activation"].get("data-value"),
                             "Ready" if check["Ready"] else "NotReady")

    def test_says_what_replay_and_diff_say(self):
        trusted = str(ACCOUNTS / "trusted")
        log = str(ACCOUNTS / "trusted/log.json")
        for against in sorted(ACCOUNTS.iterdir()):
            arguments = ["--account", trusted, "--against", str(against)]
            tree = xml.etree.ElementTree.fromstring(
                report(*arguments, "--log", log))
            with tempfile.TemporaryDirectory() as folder:
                summary = pathlib.Path(folder) / "summary.json"
                replay = answer("replay", *arguments, "--summary", str(summary),
                                log, now=False)
                last_uses = [rule["LastUse"] or "-"
                             for rule in json.loads(summary.read_text())["Rules"]]
            fields = fields_of(tree)
            for name in ("Entries", "Allow", "Depends", "Deny", "KeyGone",
                         "Surprises", "Broken", "AtRisk", "NotJudged"):
                self.assertEqual(text_of(fields[name]), str(replay[name]))
            for name in ("From", "To"):
                self.assertEqual(text_of(fields[name]),
                                 replay["Window"][name])
            self.assertEqual(
                [row[-2:] for row in cells(tree, "rules-table")],
                [[f"{rule['Alone']} alone, {rule['Among']} among others", last]
                 for rule, last in zip(replay["Rules"], last_uses)])
            diff = answer("diff", "--before", trusted, "--after", str(against))
            self.assertEqual(
                sorted(row[0] for row in cells(tree, "difference-table")),
                sorted(region["Kind"] for region in diff["Regions"]))
            self.assertEqual(
                [row[:2] for row in cells(tree, "difference-keys-table")],
                [[key["AccessKeyId"], key["Kind"]] for key in diff["Keys"]])

    def test_says_what_forecast_says(self):
        callers = str(pathlib.Path(SOURCE) / "examples/changes/callers.jsonl")
        for account in sorted(ACCOUNTS.iterdir()):
            arguments = ["--account", str(account), "--callers", callers]
            tree = xml.etree.ElementTree.fromstring(report(*arguments))
            forecast = answer("forecast", *arguments)
            self.assertEqual(
                [[name, now.split(":")[0], until] for name, now, until, _ in
                 cells(tree, "callers-table")],
                [[caller["Name"], "can manage", caller["ManageUntil"] or
                  "for ever"] if caller["CanManage"] else
                 [caller["Name"], "cannot manage", "-"]
                 for caller in forecast["Callers"]])

    def test_says_what_factors_says(self):
        def needed(alternatives, login):
            if alternatives == [[]]:
                return "none"
            return next(("+".join(alternative) for alternative in alternatives
                         if login in alternative), "impossible")

        for account in sorted(ACCOUNTS.iterdir()):
            factors = answer("factors", "--account", str(account))
            tree = xml.etree.ElementTree.fromstring(
                report("--account", str(account)))
            # Both, where it depends on the address.
            self.assertEqual(
                [row for demand in ("NoRules", "NotAsked", "Asked")
                 for row in cells(tree, "factors-" + demand)],
                [[row["Class"], " ".join(row["Services"])] +
                 [needed(row[session], login)
                  for session in ("Deactivated", "Activated")
                  for login in ("AccessKey", "Password")]
                 for row in factors["Classes"]])

    def test_marks_are_the_regions_of_the_map(self):
        for account in sorted(ACCOUNTS.iterdir()):
            tree = xml.etree.ElementTree.fromstring(
                report("--account", str(account)))
            marks = sorted(
                (int(mark.get("data-region")), block)
                for mark in tree.iter(SVG + "rect") if mark.get("data-range")
                for block in blocks_of(mark.get("data-range")))
            regions = sorted(
                (number, str(ipaddress.ip_network(block)))
                for number, region in enumerate(
                    answer("map", "--account", str(account))["Regions"])
                for block in region["Ranges"])
            self.assertEqual(marks, regions)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
