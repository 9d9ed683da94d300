"""What cmake/generate_catalogue.py makes of a description, and refuses.

usage: generate_catalogue_test.py SOURCE_DIR
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv.pop(1)).resolve()
PROGRAM = ROOT / "cmake/generate_catalogue.py"
FILES = (
    "src/methods.tsv",
    "src/method_catalogue.h",
    "include/api_access/method.h",
)
MANAGING = [{"ApiKeyAuthSec": []}, {"BasicAuth": []}]
ORDINARY = [{"ApiKeyAuth": []}]


def load_program():
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("generate", PROGRAM)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_program()


class GenerateCatalogueTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for file in FILES:
            (self.root / file).parent.mkdir(parents=True, exist_ok=True)
            (self.root / file).write_bytes((ROOT / file).read_bytes())
        self.version, self.methods = generate.read_source(
            (ROOT / FILES[0]).read_text(encoding="utf-8")
        )

    def description(self, version="99.0.0"):
        """One that has the methods of the catalogue, as the provider has it."""
        paths = {}
        for method in self.methods:
            if method.service != "api" or method.last_version:
                continue
            post = {"operationId": method.name}
            if method.method_class == "public":
                post["security"] = []
            elif method.method_class == "managing":
                post["security"] = MANAGING
            paths[f"/{method.name}"] = {"description": "Text", "post": post}
        return {
            "openapi": "3.0.0",
            "info": {"title": "API", "version": version},
            "paths": paths,
            "security": ORDINARY,
        }

    def run_program(self, description=None, name="osc.json", modules=None):
        command = [sys.executable, str(PROGRAM), "--root", str(self.root)]
        if description is not None:
            path = self.root / name
            path.write_text(json.dumps(description), encoding="utf-8")
            command.append(str(path))
        return subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": str(modules or "")},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def texts(self):
        return {file: (self.root / file).read_bytes() for file in FILES}

    def expect_success(self, result, lines):
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.stdout.splitlines(), lines)
        self.assertEqual(result.returncode, 0)

    def expect_refusal(self, description, *words, **options):
        before = self.texts()
        result = self.run_program(description, **options)
        self.assertEqual(result.returncode, 1, result)
        for word in words:
            self.assertIn(word, result.stderr)
        self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(self.texts(), before)
        left = {path.name for path in self.root.rglob("*.new")}
        self.assertEqual(left, set())
        return result

    def rows(self):
        lines = (self.root / FILES[0]).read_text(encoding="utf-8").splitlines()
        return lines[2:]

    def test_the_files_of_the_tree_are_what_it_writes(self):
        before = self.texts()
        self.expect_success(self.run_program(), ["nothing to write"])
        self.assertEqual(self.texts(), before)

    def test_a_derived_file_is_made_of_the_source_alone(self):
        before = self.texts()
        for file, right, wrong in (
            (FILES[1], b'"ReadVms", MethodClass::kOrdinary', b"kPublic"),
            (FILES[1], b'"ReadVms"', b'"ReadVmz"'),
            (FILES[2], b'kCatalogueVersion = "', b'kCatalogueVersion = "9'),
        ):
            text = before[file].replace(right, wrong)
            self.assertNotEqual(text, before[file])
            (self.root / file).write_bytes(text)
            self.expect_success(self.run_program(), [f"wrote {file}"])
            self.assertEqual(self.texts(), before)

    def test_a_description_of_the_same_methods_changes_the_version_alone(self):
        before = self.texts()
        self.expect_success(
            self.run_program(self.description(self.version)),
            [f"version {self.version} -> {self.version}", "nothing to write"],
        )
        self.assertEqual(self.texts(), before)
        self.expect_success(
            self.run_program(self.description()),
            [
                f"version {self.version} -> 99.0.0",
                f"wrote {FILES[0]}",
                f"wrote {FILES[2]}",
            ],
        )
        after = self.texts()
        for file in FILES:
            self.assertEqual(
                after[file].replace(b"99.0.0", self.version.encode()),
                before[file],
            )

    def test_added_removed_returned_and_reclassified(self):
        rows = self.rows()
        description = self.description()
        paths = description["paths"]
        paths["/AaFirst"] = {"post": {}}
        paths["/ReadVmsStopHistory"] = {"post": {"security": ORDINARY}}
        paths["/CreateSecret"] = {"post": {"security": MANAGING}}
        paths["/ReadWeather"] = {"post": {"security": []}}
        paths["/ReadVms"]["post"]["security"] = MANAGING
        paths["/ReadNets"]["post"]["security"] = []
        paths["/CreateMasterKey"] = {"post": {}}  # had gone
        del paths["/ReadCas"]
        del paths["/ReadSubnets"]
        self.expect_success(
            self.run_program(description),
            [
                f"version {self.version} -> 99.0.0",
                "added AaFirst: ordinary",
                "returned CreateMasterKey: ordinary",
                "added CreateSecret: managing",
                "removed ReadCas: managing",
                "reclassified ReadNets: ordinary -> public",
                "removed ReadSubnets: ordinary",
                "reclassified ReadVms: ordinary -> managing",
                "added ReadVmsStopHistory: ordinary",
                "added ReadWeather: public",
            ]
            + [f"wrote {file}" for file in FILES],
        )
        new_rows = {
            "api\tAaFirst\tordinary\t99.0.0\t",
            "api\tCreateMasterKey\tordinary\t1.6\t",
            "api\tCreateSecret\tmanaging\t99.0.0\t",
            f"api\tReadCas\tmanaging\t1.6\t{self.version}",
            "api\tReadNets\tpublic\t0.8.1\t",
            f"api\tReadSubnets\tordinary\t0.8.1\t{self.version}",
            "api\tReadVms\tmanaging\t0.8.1\t",
            "api\tReadVmsStopHistory\tordinary\t99.0.0\t",
            "api\tReadWeather\tpublic\t99.0.0\t",
        }
        self.assertEqual(set(self.rows()) - set(rows), new_rows)
        self.assertEqual(len(self.rows()), len(rows) + 4)
        is_of_api = [row.startswith("api\t") for row in self.rows()]
        api = self.rows()[: is_of_api.index(False)]
        self.assertEqual(api, sorted(api, key=lambda row: row.split("\t")[1]))
        self.assertEqual(
            self.rows()[len(api) :],
            [row for row in rows if not row.startswith("api\t")],
        )
        after = self.texts()
        for line in (
            b'    {Service::kApi, "ReadCas", MethodClass::kManaging, "1.6", "'
            + self.version.encode()
            + b'"},\n',
            b'    {Service::kApi, "ReadVmsStopHistory", MethodClass::kOrdinary,'
            b' "99.0.0", ""},\n',
            b'    {Service::kFcu, "DescribeRegions", MethodClass::kPublic, "",'
            b' ""},\n',
        ):
            self.assertEqual(after[FILES[1]].count(line), 1, line)
        self.assertIn(b'kCatalogueVersion = "99.0.0";', after[FILES[2]])
        self.expect_success(
            self.run_program(description),
            ["version 99.0.0 -> 99.0.0", "nothing to write"],
        )
        self.assertEqual(self.texts(), after)

    def test_public_and_managing_methods_keep_their_class(self):
        for name, security in (
            ("ReadCas", ORDINARY),
            ("ReadCas", []),
            ("ReadRegions", ORDINARY),
            ("ReadRegions", MANAGING),
            ("ReadSecretAccessKey", ORDINARY),  # had gone
        ):
            description = self.description()
            description["paths"][f"/{name}"] = {"post": {"security": security}}
            description["paths"]["/ReadVmsStopHistory"] = {"post": {}}
            result = self.expect_refusal(description, name)
            self.assertIn("added ReadVmsStopHistory: ordinary", result.stdout)
            self.assertIn(f"reclassified {name}: ", result.stdout)

    def test_an_unknown_security_is_refused(self):
        for security in (
            None,
            {},
            [{}],
            [{"ApiKeyAuthSec": []}],
            [{"BasicAuth": []}],
            [{"ApiKeyAuthSec": [], "BasicAuth": []}],
            [*MANAGING, {"ApiKeyAuth": []}],
            [{"ApiKeyAuth": ["scope"]}],
            [{"OAuth": []}],
            "ApiKeyAuth",
        ):
            description = self.description()
            description["paths"]["/ReadVms"]["post"]["security"] = security
            self.expect_refusal(
                description,
                "method `ReadVms`: expected a security of",
                f"got {json.dumps(security)}\n",
            )

    def test_the_default_of_a_description(self):
        description = self.description(self.version)
        del description["security"]
        self.expect_success(
            self.run_program(description),
            [f"version {self.version} -> {self.version}", "nothing to write"],
        )
        for security in ([], None, MANAGING, [{"OAuth": []}]):
            description["security"] = security
            self.expect_refusal(
                description,
                "security of the whole description: expected",
                f"got {json.dumps(security)}\n",
            )

    def test_what_is_no_description_of_the_api_is_refused(self):
        for change, words in (
            (lambda d: d.pop("paths"), "paths: expected methods"),
            (lambda d: d.update(paths={}), "paths: expected methods"),
            (lambda d: d.pop("info"), "info.version: expected a text"),
            (lambda d: d["info"].update(version=1.4), "got 1.4\n"),
            (lambda d: d["info"].update(version="new"), 'got "new"\n'),
            (lambda d: d["info"].update(version="1.9"), "or later, got 1.9\n"),
            (
                lambda d: d["paths"].update({"/v1/ReadVms": {"post": {}}}),
                'path "/v1/ReadVms": expected',
            ),
            (
                lambda d: d["paths"].update({"/ReadIt": {"get": {}}}),
                "method `ReadIt`: expected post",
            ),
            (
                lambda d: d["paths"]["/ReadVms"].update({"put": {}}),
                "method `ReadVms`: expected post",
            ),
            (
                lambda d: d["paths"].update({"/ReadIt": None}),
                "method `ReadIt`: expected post",
            ),
        ):
            description = self.description()
            change(description)
            self.expect_refusal(description, words)
        self.expect_refusal([], "expected an OpenAPI description")

    def test_a_source_or_table_that_is_not_understood_is_refused(self):
        before = self.texts()
        for file, right, wrong, words in (
            (FILES[0], b"# version ", b"# Version ", "methods.tsv:1:"),
            (FILES[0], b"\tclass\t", b"\tkind\t", "methods.tsv:2:"),
            (FILES[0], b"\tordinary\t", b"\todd\t", "methods.tsv:3:"),
            (FILES[0], b"\tReadVms\t", b"\tReadNets\t", "each method once"),
            (FILES[1], b"kSlotFactor = ", b"kFactor = ", "kSlotFactor"),
            (FILES[2], b"kCatalogueVersion = ", b"k = ", "kCatalogueVersion"),
        ):
            (self.root / file).write_bytes(before[file].replace(right, wrong))
            self.expect_refusal(self.description(), words)
            (self.root / file).write_bytes(before[file])

    def slots(self, methods):
        """The slots of methods with the constants of the table."""
        text = (self.root / FILES[1]).read_text(encoding="utf-8")
        bits = int(re.search(r"kSlotBits = (\d+);", text)[1])
        factor = re.search(r"kSlotFactor = 0x([0-9a-f']+);", text)[1]
        return {
            generate.slot_of(
                generate.hashed_parts(method),
                int(factor.replace("'", ""), 16),
                bits,
            )
            for method in methods
        }

    def test_another_factor_is_found_when_methods_collide(self):
        self.assertEqual(len(self.slots(self.methods)), len(self.methods))
        for number in range(1000):
            added = generate.Method("api", f"Read{number}", "ordinary", "", "")
            methods = [*self.methods, added]
            if len(self.slots(methods)) < len(methods):
                break
        description = self.description()
        description["paths"][f"/{added.name}"] = {"post": {}}
        self.assertEqual(self.run_program(description).returncode, 0)
        self.assertEqual(len(self.slots(methods)), len(methods))

    def test_the_hash_is_that_of_the_library(self):
        # MethodTest.TheHashIsThatOfTheGenerator has the same numbers.
        for name, expected in (
            ("V", 0xB947285976F01B99),
            ("Vms", 0x83AAF6AF21EF3D90),
            ("Vmss", 0x7C945F16415C1699),
            ("ReadVms", 0x2FDCD2CD65D32207),
            ("ReadVmss", 0xB77E81272D617EE1),
            ("CreateLoadBalancerListeners", 0x0E6C8C0905BDB9C1),
        ):
            method = generate.Method("api", name, "ordinary", "", "")
            parts = generate.hashed_parts(method)
            hashed = generate.slot_of(parts, 0x9E3779B97F4A7C15, 64)
            self.assertEqual(f"{hashed:#x}", f"{expected:#x}", name)

    def test_yaml_is_read_by_the_module_yaml(self):
        modules = self.root / "modules"
        modules.mkdir()
        module = modules / "yaml.py"
        module.write_text("import json\nsafe_load = json.loads\n")
        self.expect_success(
            self.run_program(
                self.description(self.version), "osc.yaml", modules
            ),
            [f"version {self.version} -> {self.version}", "nothing to write"],
        )
        module.write_text("raise ImportError\n")
        self.expect_refusal(
            self.description(),
            "python3-yaml",
            name="osc.yaml",
            modules=modules,
        )

    def test_text_that_cannot_be_read_is_refused(self):
        (self.root / "osc.json").write_text('{"paths":')
        before = self.texts()
        for path in ("osc.json", "none.yaml"):
            file = self.root / path
            result = subprocess.run(
                [sys.executable, PROGRAM, "--root", self.root, file],
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            self.assertEqual(result.returncode, 1)
            self.assertIn(path, result.stderr)
            self.assertNotIn("Traceback", result.stderr)
        self.assertEqual(self.texts(), before)


if __name__ == "__main__":
    unittest.main()
