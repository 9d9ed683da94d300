"""Runs the conformance vectors beside this file:
    python3 run_vectors.py library build/demo/libapi_access_c.so.1
    python3 run_vectors.py program build/demo/examples/api-access
Prints how many rows of each file ran, and each row that disagrees."""
import concurrent.futures
import ctypes as c
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def rows_of(name):
    return [json.loads(line) for line in (FOLDER / f"{name}.jsonl").open()]


def agrees(expected, answer):
    """An answer may say more; what it leaves out is null."""
    if isinstance(expected, dict):
        return isinstance(answer, dict) and all(
            agrees(value, answer.get(name)) for name, value in expected.items())
    if isinstance(expected, list):
        return isinstance(answer, list) and len(expected) == len(answer) and all(
            map(agrees, expected, answer))
    return type(expected) is type(answer) and expected == answer


ACCOUNTS = {row["Name"]: row for row in rows_of("accounts")}


class View(c.Structure):
    _fields_ = [("data", c.c_void_p), ("size", c.c_size_t)]


class MethodName(c.Structure):
    _fields_ = [("service", View), ("name", View)]


class EvaluatorOptions(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("ordinary", c.POINTER(MethodName)),
                ("ordinary_count", c.c_size_t)]


class CertificateFields(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("ca_ids", c.POINTER(View)),
                ("ca_id_count", c.c_size_t), ("cn", View)]


class Request(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("service", View), ("method", View),
                ("client_address", View), ("access_key_id", View),
                ("certificate", c.c_void_p), ("login", c.c_uint64)]


class Decision(c.Structure):
    _fields_ = [("struct_size", c.c_size_t), ("allowed", c.c_uint32),
                ("reason", c.c_uint32), ("rule_id", View),
                ("valid_until_ms", c.c_int64), ("has_valid_until", c.c_uint32),
                ("provider_error_code", c.c_uint32)]


def view(data):  # `data` has to outlive it
    return View(c.cast(c.c_char_p(data), c.c_void_p), len(data)) if data else View()


class Library:
    """Decides by the structs of the C interface, and asks for all else."""

    def __init__(self, path):
        self.lib = c.CDLL(path)
        out = c.POINTER(c.c_void_p)
        # Without these a pointer would be cut to 32 bits.
        for name, result, *arguments in [
                ("account_parse", c.c_void_p, View, out),
                ("answer_free", None, c.c_void_p),
                ("answer_json", c.c_char_p, c.c_void_p),
                ("ask", c.c_void_p, c.c_void_p, View, View, out),
                ("certificate_create", c.c_void_p, c.POINTER(CertificateFields), out),
                ("certificate_free", None, c.c_void_p),
                ("decide", c.c_int32, c.c_void_p, c.POINTER(Request), c.c_int64,
                 c.POINTER(Decision)),
                ("error_free", None, c.c_void_p),
                ("evaluator_compile", c.c_void_p, c.c_void_p,
                 c.POINTER(EvaluatorOptions), out),
                ("parse_address", c.c_void_p, View, c.c_char_p),
                ("reason_name", c.c_char_p, c.c_uint32)]:
            function = getattr(self.lib, "aac_" + name)
            function.restype, function.argtypes = result, arguments
        self.evaluators = {name: self.compile(json.dumps(row["Account"]),
                                              row.get("Ordinary", []))
                           for name, row in ACCOUNTS.items()}

    def make(self, name, *arguments):
        """The handle that a function makes, or None for its error."""
        handle = c.c_void_p()
        error = getattr(self.lib, "aac_" + name)(*arguments, c.byref(handle))
        self.lib.aac_error_free(error)
        return None if error else handle

    def compile(self, document, ordinary=()):
        account = self.make("account_parse", view(text := document.encode()))
        if account is None:
            return None
        texts = [[part.encode() for part in name.split(":", 1)] for name in ordinary]
        names = (MethodName * len(texts))(
            *[MethodName(*map(view, pair)) for pair in texts])
        return self.make("evaluator_compile", account, EvaluatorOptions(
            c.sizeof(EvaluatorOptions), names, len(texts)))

    def question(self, evaluator, question, options):
        answer = self.make("ask", evaluator, view(name := question.encode()),
                           view(text := options.encode()))
        if answer is None:
            return None
        result = json.loads(self.lib.aac_answer_json(answer))
        self.lib.aac_answer_free(answer)
        return result

    def decide_by_structs(self, evaluator, line):
        """What the structs have: no missing factors."""
        service, method, key_id, address_text = [
            (line.get(name) or "").encode()
            for name in ("Service", "Method", "AccessKeyId", "ClientIp")]
        address = c.create_string_buffer(16)
        assert not self.lib.aac_parse_address(view(address_text), address)
        certificate = None
        if shown := line.get("Certificate"):
            ids = [text.encode() for text in shown["CaIds"]]
            certificate = self.make("certificate_create", CertificateFields(
                c.sizeof(CertificateFields), (View * len(ids))(*map(view, ids)), len(ids),
                view(cn := (shown.get("Cn") or "").encode())))
            assert certificate
        request = Request(
            c.sizeof(Request), view(service), view(method), view(address.raw), view(key_id),
            certificate, {"AccessKey": 1, "Password": 2}.get(line.get("Login"), 0))
        decision = Decision(c.sizeof(Decision))
        now = datetime.datetime.strptime(line["Now"], "%Y-%m-%dT%H:%M:%S.%f%z")
        milliseconds = (now - EPOCH) // datetime.timedelta(milliseconds=1)
        assert self.lib.aac_decide(evaluator, request, milliseconds, decision) == 0
        self.lib.aac_certificate_free(certificate)
        until = EPOCH + datetime.timedelta(milliseconds=decision.valid_until_ms)
        rule_id = c.string_at(decision.rule_id.data, decision.rule_id.size).decode()
        return {
            "Verdict": "Allow" if decision.allowed else "Deny",
            "Reason": self.lib.aac_reason_name(decision.reason).decode(),
            "RuleId": rule_id or None,
            "ValidUntil": until.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
                          if decision.has_valid_until else None,
            "ProviderErrorCode": decision.provider_error_code}

    def decide(self, account, rows):
        evaluator = self.evaluators[account]
        for row in rows:
            line = row["Line"] if "Line" in row else json.dumps(row["Request"])
            explained = self.question(evaluator, "explain", f'{{"Request":{line}}}')
            answer = explained and explained["Decision"]
            if "Request" in row:
                decided = self.decide_by_structs(evaluator, row["Request"])
                code = {"ProviderErrorCode": row.get("ProviderErrorCode", 0)}
                if not agrees(decided, row["Answer"] | code):
                    answer = {"Decided": decided}
            yield answer

    def ask(self, question, row):
        options = dict(row["Options"])
        if question == "diff":
            options["After"] = ACCOUNTS[row["After"]]["Account"]
        return self.question(self.evaluators[row["Account"]], question, json.dumps(options))

    def parse(self, kind, texts):
        """There is a function for addresses; dates are read in a question, ranges in
        a rule."""
        document = ACCOUNTS["empty"]["Account"]
        for text in texts:
            value = None
            if kind == "ordinary":
                value = text if self.compile(json.dumps(document), [text]) else None
            elif kind == "timestamp":
                checked = self.question(self.evaluators["empty"], "check",
                                        json.dumps({"Now": text}))
                value = checked and checked["Judged"]["Now"]
            elif kind == "range" or not self.failed_address(text):
                rules = [{"ApiAccessRuleId": "rule", "IpRanges": [text]}]
                evaluator = self.compile(json.dumps(
                    document | {"ReadApiAccessRules": {"ApiAccessRules": rules}}))
                if evaluator:
                    explained = self.question(evaluator, "explain", json.dumps({"Request": {
                        "Service": "", "Method": "", "ClientIp": "::", "Now": "2030-01-01"}}))
                    value = explained["Rules"][0]["IpRanges"][0]
                if value and kind == "ip":
                    value = value.split("/")[0]
            yield value and {"Value": value}

    def failed_address(self, text):
        error = self.lib.aac_parse_address(view(data := text.encode()),
                                           c.create_string_buffer(16))
        self.lib.aac_error_free(error)
        return bool(error)

    def read(self, row):
        answers = [json.dumps(name[:-len(".json")]) + ":" +
                   (f"[{','.join(text)}]" if isinstance(text, list) else text)
                   for name, text in row["Files"].items()]
        evaluator = self.compile("{" + ",".join(answers) + "}")
        return evaluator and self.question(evaluator, "check", json.dumps(row["Options"]))


class Program:
    """Runs api-access, on accounts in folders."""

    def __init__(self, path):
        self.path = path
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        self.count = 0
        self.accounts = {}
        for name, row in ACCOUNTS.items():
            self.accounts[name] = self.write(
                {f"{file}.json": json.dumps(answer)
                 for file, answer in row["Account"].items()})

    def write(self, files):
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        for name, text in files.items():
            (folder / name).write_text("\n".join(text) if isinstance(text, list) else text,
                                       encoding="utf-8")
        return folder

    def run(self, *arguments, text=""):
        return subprocess.run([self.path, *map(str, arguments)], input=text, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def answer(self, command, *arguments, text=""):
        ran = self.run(command, "--format", "json", *arguments, text=text)
        assert ran.returncode in (0, 1, 2, 3), ran
        return None if ran.returncode == 2 else json.loads(ran.stdout)

    def decide(self, account, rows):
        lines = [row["Line"] if "Line" in row else json.dumps(row["Request"]) for row in rows]
        ordinary = [part for name in ACCOUNTS[account].get("Ordinary", [])
                    for part in ("--ordinary", name)]
        ran = self.run("decide", "--account", self.accounts[account], *ordinary,
                       text="".join(line + "\n" for line in lines))
        for answer in map(json.loads, ran.stdout.splitlines()):
            if "Error" in answer:
                assert answer["Verdict"] == "Deny" and "Reason" not in answer, answer
            yield None if "Error" in answer else answer

    def ask(self, question, row):
        options, account = row["Options"], self.accounts[row["Account"]]
        now = ["--now", options["Now"]] if "Now" in options else []
        if question == "diff":
            return self.answer("diff", "--before", account, "--after",
                               self.accounts[row["After"]], *now)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            ran = self.answer(question, "--account", account, *now,
                              *self.arguments(question, options, folder),
                              text=json.dumps(options.get("Request")))
            for name, expected in row.get("After", {}).items():
                file = folder / "after" / f"{name}.json"
                written = json.loads(file.read_text()) if file.exists() else None
                if not agrees(expected, written):
                    return {"Written": {name: written}}
            return ran

    def arguments(self, question, options, folder):
        """Options of the command; `folder` is for its files."""
        def write_lines(name):
            lines = folder / f"{name}.jsonl"
            lines.write_text("".join(json.dumps(item) + "\n" for item in options[name]))
            return lines

        arguments = []
        for name, option in [
                ("Call", "--call"),
                ("ClientIp", "--client-ip"),
                ("MaxAccessKeyExpirationSeconds", "--max-access-key-expiration-seconds"),
                ("NewId", "--new-id"),
                ("RequireTrustedEnv", "--require-trusted-env"),
                ("Until", "--until")]:
            if name in options:
                value = options[name]
                arguments += [option, json.dumps(value) if isinstance(value, bool) else value]
        for name, option in [("Callers", "--callers"), ("Changes", "--changes")]:
            if name in options:
                arguments += [option, write_lines(name)]
        for ca, end in options.get("CaEnds", {}).items():
            arguments += ["--ca-end", f"{ca}={end}"]
        if "Activate" in options:
            activate = options["Activate"]
            arguments += ["--activate", "--max-access-key-expiration-seconds",
                          activate["MaxAccessKeyExpirationSeconds"]]
            arguments += ["--ca", activate["CaId"]] if "CaId" in activate else []
        if question == "change":
            arguments += ["--request", "-", "--write", folder / "after"]
        if options.get("Diff"):
            arguments.append("--diff")
        return arguments

    def parse(self, kind, texts):
        if kind == "ordinary":
            for text in texts:
                declared = self.run("decide", "--account", self.accounts["empty"],
                                    "--ordinary", text)
                yield None if declared.returncode == 2 else {"Value": text}
            return
        ran = self.run("parse", kind, text="".join(text + "\n" for text in texts))
        for answer in map(json.loads, ran.stdout.splitlines()):
            yield None if "Error" in answer else answer

    def read(self, row):
        return self.answer("check", "--account", self.write(row["Files"]), "--now",
                           row["Options"]["Now"])


def run(subject):
    """Yields the name of each file, its rows and their answers."""
    workers = os.cpu_count() if isinstance(subject, Program) else 1
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        groups = {}
        for row in rows_of("decide"):
            groups.setdefault(row["Account"], []).append(row)
        answers = pool.map(lambda name: list(subject.decide(name, groups[name])), groups)
        yield "decide", sum(groups.values(), []), sum(answers, [])
        for question in ("change", "check", "diff", "factors", "forecast", "map", "plan"):
            rows = rows_of(question)
            yield question, rows, list(pool.map(lambda row: subject.ask(question, row), rows))
        rows = rows_of("parse")
        kinds = list(dict.fromkeys(row["Kind"] for row in rows))
        rows = [row for kind in kinds for row in rows if row["Kind"] == kind]
        yield "parse", rows, [
            answer for kind in kinds
            for answer in subject.parse(kind, [row["Text"] for row in rows
                                               if row["Kind"] == kind])]
        rows = rows_of("read")
        yield "read", rows, list(map(subject.read, rows))


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("library", "program"):
        sys.exit(__doc__)
    subject = (Library if sys.argv[1] == "library" else Program)(os.path.abspath(sys.argv[2]))
    failures = 0
    for name, rows, answers in run(subject):
        assert len(rows) == len(answers) == len(rows_of(name)) > 0, name
        print(f"{name}.jsonl: {len(rows)} rows")
        for row, answer in zip(rows, answers):
            if not agrees(row["Answer"], answer):
                print(f"{name}.jsonl: {json.dumps(row)}\n  got {json.dumps(answer)}")
                failures += 1
    sys.exit(f"{failures} rows disagree" if failures else 0)


if __name__ == "__main__":
    main()
