#!/usr/bin/env python3
"""Brings the catalogue of methods up to date.

The source is src/methods.tsv. Derived from it are the table of methods and the
factor of its hash in src/method_catalogue.h, and kCatalogueVersion in
include/api_access/method.h.

Given DESCRIPTION, the provider's OpenAPI description (outscale.yaml, or the
same as .json), it first renews the methods of service api in the source: it
adds new ones, gives a last version to those that are gone, and takes the class
of each from its `security`. Rows of other services stay as they are. It prints
what changed.

When something is wrong it says what, writes nothing and exits with 1.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from typing import Any, NamedTuple

SOURCE = Path("src/methods.tsv")
TABLE = Path("src/method_catalogue.h")
HEADER = Path("include/api_access/method.h")

COLUMNS = "service\tmethod\tclass\tfirst_version\tlast_version"
NAME = "[A-Z][A-Za-z0-9]*"
VERSION = r"\d+(?:\.\d+)*"

# The services that the table may have, and their numbers in method.h.
SERVICES = {"api": 1, "icu": 2, "fcu": 3, "lbu": 4, "directlink": 5, "eim": 6}

# The class of each `security`, a list of alternatives. No other one is
# accepted: somebody has to find out what it means.
SECURITY = {
    "public": [],
    "managing": [{"ApiKeyAuthSec": []}, {"BasicAuth": []}],
    "ordinary": [{"ApiKeyAuth": []}],
}

OPERATIONS = {
    "get", "put", "post", "delete", "options", "head", "patch", "trace"
}  # fmt: skip


class CatalogueError(Exception):
    """Says what is wrong with an input."""


class Method(NamedTuple):
    """A row of the source."""

    service: str
    name: str
    method_class: str
    first_version: str
    last_version: str  # empty: the method still exists


def expect(holds: bool, message: str) -> None:
    if not holds:
        raise CatalogueError(message)


def shown(value: Any) -> str:
    return json.dumps(value, default=str)


def read_source(text: str) -> tuple[str, list[Method]]:
    """Returns the version and the methods of the source."""
    lines = text.splitlines()
    version = re.fullmatch(f"# version ({VERSION})", lines[0] if lines else "")
    expect(version is not None, f"{SOURCE}:1: expected `# version VERSION`")
    expect(lines[1:2] == [COLUMNS], f"{SOURCE}:2: expected {shown(COLUMNS)}")
    row = re.compile(
        f"({'|'.join(SERVICES)})\t({NAME})\t({'|'.join(SECURITY)})"
        f"\t({VERSION}|)\t({VERSION}|)"
    )
    methods = []
    for number, line in enumerate(lines[2:], start=3):
        cells = row.fullmatch(line)
        expect(
            cells is not None,
            f"{SOURCE}:{number}: expected service, method, class and two "
            f"versions, got {shown(line)}",
        )
        methods.append(Method(*cells.groups()))
    expect(
        len({method[:2] for method in methods}) == len(methods),
        f"{SOURCE}: expected each method once",
    )
    return version[1], methods


def read_description(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".json":
            return json.loads(text)
        import yaml

        return yaml.safe_load(text)
    except ImportError:
        raise CatalogueError(
            f"{path}: to read YAML, the Python module `yaml` is needed, which "
            "is not installed (on Debian, apt-get install python3-yaml)"
        ) from None
    except Exception as error:  # ValueError, yaml.YAMLError
        raise CatalogueError(f"{path}: {error}") from None


def classify(description: Any) -> tuple[str, dict[str, str]]:
    """Returns the version of a description, and the class of each method."""
    expect(isinstance(description, dict), "expected an OpenAPI description")
    info = description.get("info")
    version = info.get("version") if isinstance(info, dict) else None
    # Without quotes, 1.40 is a number of YAML, and equal to 1.4.
    expect(
        isinstance(version, str) and bool(re.fullmatch(VERSION, version)),
        f"info.version: expected a text such as `1.41.0`, got {shown(version)}",
    )
    # The default applies to methods that have no `security` of their own.
    # Without any default, OpenAPI takes them for public; but the provider marks
    # its public methods, so they are ordinary here, the stricter class.
    default = description.get("security", SECURITY["ordinary"])
    expect(
        default == SECURITY["ordinary"],
        "security of the whole description: expected "
        f"{shown(SECURITY['ordinary'])} or none, got {shown(default)}",
    )
    paths = description.get("paths")
    expect(isinstance(paths, dict) and bool(paths), "paths: expected methods")
    classes = {}
    for path, item in paths.items():
        expect(
            bool(re.fullmatch(f"/{NAME}", str(path))),
            f"path {shown(path)}: expected / and the name of a method",
        )
        name = path[1:]
        expect(
            isinstance(item, dict)
            and OPERATIONS.intersection(item) == {"post"}
            and isinstance(item["post"], dict),
            f"method `{name}`: expected post and no other operation",
        )
        security = item["post"].get("security", default)
        found = [kind for kind, form in SECURITY.items() if form == security]
        expect(
            bool(found),
            f"method `{name}`: expected a security of "
            f"{' or '.join(shown(form) for form in SECURITY.values())}, "
            f"got {shown(security)}",
        )
        classes[name] = found[0]
    return version, classes


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def renew(
    old_version: str, methods: list[Method], description: Any
) -> tuple[str, list[Method]]:
    """Returns the version and the methods by `description`; prints changes."""
    version, classes = classify(description)
    expect(
        numbers(version) >= numbers(old_version),
        f"info.version: expected {old_version} or later, got {version}",
    )
    print(f"version {old_version} -> {version}")
    old = {method.name: method for method in methods if method.service == "api"}
    api = []
    unexpected = []
    for name in sorted(old.keys() | classes.keys()):
        if name not in old:
            print(f"added {name}: {classes[name]}")
            api.append(Method("api", name, classes[name], version, ""))
            continue
        method = old[name]
        if name not in classes:
            if not method.last_version:
                print(f"removed {name}: {method.method_class}")
                method = method._replace(last_version=old_version)
            api.append(method)
            continue
        if method.last_version:
            print(f"returned {name}: {method.method_class}")
        if method.method_class != classes[name]:
            print(
                f"reclassified {name}: {method.method_class} -> {classes[name]}"
            )
            if method.method_class != "ordinary":
                unexpected.append(name)
        api.append(
            method._replace(method_class=classes[name], last_version="")
        )
    # Either the description is wrong, or the provider's rules have changed by
    # more than the catalogue can tell.
    expect(
        not unexpected,
        "expected public and managing methods to keep their class: "
        + ", ".join(unexpected),
    )
    return version, api + [row for row in methods if row.service != "api"]


def hashed_parts(method: Method) -> tuple[int, int]:
    """Returns the two numbers that HashEnds of src/base/short_text.h mixes."""
    name = method.name.encode()
    size = len(name)
    if size >= 8:
        head, tail = name[:8], name[-8:]
    elif size >= 4:
        head, tail = name[:4], name[-4:]
    else:
        head, tail = bytes((name[0], name[size // 2])), name[-1:]
    tag = size << 8 | SERVICES[method.service]
    return int.from_bytes(head, "little") + tag, int.from_bytes(tail, "little")


def slot_of(parts: tuple[int, int], factor: int, bits: int) -> int:
    head, tail = parts
    return ((head * factor ^ tail) * factor & (1 << 64) - 1) >> 64 - bits


def find_factor(methods: list[Method], factor: int, bits: int) -> int:
    """Returns an odd number with which no two methods share a slot.

    Tries `factor` first, then always the same numbers in the same order.
    """
    all_parts = [hashed_parts(method) for method in methods]
    for attempt in range(1_000_000):
        taken: set[int] = set()
        for parts in all_parts:
            slot = slot_of(parts, factor, bits)
            if slot in taken:
                break
            taken.add(slot)
        else:
            return factor
        digest = hashlib.sha256(str(attempt).encode()).digest()
        factor = int.from_bytes(digest[:8], "little") | 1
    raise CatalogueError(f"{TABLE}: found no kSlotFactor: raise kSlotBits by 1")


def find_once(path: Path, text: str, pattern: str) -> re.Match[str]:
    found = list(re.finditer(pattern, text, re.DOTALL))
    expect(
        len(found) == 1,
        f"{path}: expected `{pattern}` once, got it {len(found)} times",
    )
    return found[0]


def replace_once(path: Path, text: str, pattern: str, new: str) -> str:
    """Replaces what the group of `pattern` matches."""
    begin, end = find_once(path, text, pattern).span(1)
    return text[:begin] + new + text[end:]


def render_source(version: str, methods: list[Method]) -> str:
    rows = ["\t".join(method) for method in methods]
    return "\n".join([f"# version {version}", COLUMNS, *rows, ""])


def render_table(text: str, methods: list[Method]) -> str:
    rows = "".join(
        f'    {{Service::k{method.service.capitalize()}, "{method.name}", '
        f"MethodClass::k{method.method_class.capitalize()}, "
        f'"{method.first_version}", "{method.last_version}"}},\n'
        for method in sorted(
            methods, key=lambda method: (SERVICES[method.service], method.name)
        )
    )
    text = replace_once(
        TABLE, text, r"to_array<CatalogueEntry>\(\{\n(.*?)\}\);\n", rows
    )
    bits = int(find_once(TABLE, text, r"kSlotBits = (\d+);")[1])
    factor_pattern = r"kSlotFactor =\s+0x([0-9a-f']+);"
    factor = find_once(TABLE, text, factor_pattern)[1].replace("'", "")
    digits = f"{find_factor(methods, int(factor, 16), bits):016x}"
    return replace_once(
        TABLE, text, factor_pattern, "'".join(re.findall("....", digits))
    )


def write(root: Path, texts: dict[Path, str]) -> None:
    """Writes drafts first, so that an error leaves all files as they were."""
    drafts = {path: root / f"{path}.new" for path in texts}
    try:
        for path, draft in drafts.items():
            draft.write_text(texts[path], encoding="utf-8", newline="\n")
        for path, draft in drafts.items():
            os.replace(draft, root / path)
            print(f"wrote {path}")
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "description", metavar="DESCRIPTION", nargs="?", type=Path
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(__file__).resolve().parent.parent,
        help="the source tree, by default that of this program",
    )
    arguments = parser.parse_args()
    try:
        old = {
            path: (arguments.root / path).read_text(encoding="utf-8")
            for path in (SOURCE, TABLE, HEADER)
        }
        version, methods = read_source(old[SOURCE])
        if arguments.description is not None:
            description = read_description(arguments.description)
            version, methods = renew(version, methods, description)
        new = {
            SOURCE: render_source(version, methods),
            TABLE: render_table(old[TABLE], methods),
            HEADER: replace_once(
                HEADER, old[HEADER], r'kCatalogueVersion = "([^"]*)";', version
            ),
        }
        changed = {path: new[path] for path in new if new[path] != old[path]}
        write(arguments.root, changed)
    except (CatalogueError, OSError, ValueError) as error:
        print(f"generate_catalogue.py: {error}", file=sys.stderr)
        return 1
    if not changed:
        print("nothing to write")
    return 0


if __name__ == "__main__":
    sys.exit(main())
