"""What the module decides, against what `api-access decide` says of the same facts.

usage: matrix_test.py NGINX MODULE API_ACCESS SAMPLE
SAMPLE is the script that makes the files of the first try in the README.
"""

import base64
import itertools
import json
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pki
from server import Client, Nginx, free_port, has_ipv6, tls_context, write_account

NGINX, MODULE, API_ACCESS, SAMPLE = sys.argv[1:5]
del sys.argv[1:5]

LEAST_COMPARISONS = 500
ALWAYS = "2099-01-01T00:00:00.000+0000"
PAST = "2020-01-01T00:00:00.000+0000"
# The codes of the provider's answers; of other reasons 1.
NO_RULE_MATCHES = {"cn-not-allowed", "ca-not-allowed", "certificate-missing",
                   "source-ip-not-allowed", "no-rules"}


def signed_by(key):
    return ("Authorization",
            f"OSC4-HMAC-SHA256 Credential={key}/20300101/eu-west-2/api/osc4_request, "
            "SignedHeaders=host;x-osc-date, Signature=0123")


def basic(user):
    return ("Authorization",
            "Basic " + base64.b64encode(f"{user}:secret".encode()).decode())


# name: the header, and what the module has to make of it
LOGINS = {
    "none": (None, {}),
    "active": (signed_by("ACTIVE"), {"Login": "AccessKey", "AccessKeyId": "ACTIVE"}),
    "inactive": (signed_by("INACTIVE"),
                 {"Login": "AccessKey", "AccessKeyId": "INACTIVE"}),
    "expired": (signed_by("EXPIRED"), {"Login": "AccessKey", "AccessKeyId": "EXPIRED"}),
    "of a user": (signed_by("ALICE"), {"Login": "AccessKey", "AccessKeyId": "ALICE"}),
    "unknown": (signed_by('a"b`\\c'), {"Login": "AccessKey", "AccessKeyId": 'a"b`\\c'}),
    "password": (basic("root@example.com"), {"Login": "Password"}),
    "another password": (basic("alice"), {}),
    "another scheme": (("Authorization", "Bearer Credential=ACTIVE/x"), {}),
}
# (service, method); the path is /SERVICE/v1/METHOD
METHODS = [
    ("api", "ReadRegions"),         # public
    ("api", "ReadVms"),             # ordinary
    ("api", "ReadVmsStopHistory"),  # ordinary because it is declared
    ("api", "ReadCas"),             # managing
    ("api", "readcas"),             # unlisted
    ("icu", "ListAccessKeys"),      # managing
    ("icu", "ReadQuotas"),          # ordinary
    ("fcu", "RunInstances"),        # ordinary
    ("eim", "CreateAccessKey"),     # managing
    ("oos", "GetObject"),           # exempt
]
# The last one of IPv4 is in no range.
ADDRESSES = (["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4"] +
             (["::1"] if has_ipv6() else []))

LOCATIONS = """
    location / { proxy_pass http://127.0.0.1:%(backend)d; }
    location /icu/ { api_access_service icu; api_access_method $name_of_method;
                     proxy_pass http://127.0.0.1:%(backend)d; }
    location /fcu/ { api_access_service fcu; api_access_method $name_of_method;
                     proxy_pass http://127.0.0.1:%(backend)d; }
    location /eim/ { api_access_service eim; api_access_method $name_of_method;
                     proxy_pass http://127.0.0.1:%(backend)d; }
    location = /oos/v1/GetObject {
                     api_access_service oos; api_access_method GetObject;
                     proxy_pass http://127.0.0.1:%(backend)d; }
"""
HTTP = """
  map $uri $name_of_method { ~^/[a-z]+/v1/(?<name>[A-Za-z0-9]+)$ $name; }
  keepalive_requests 100000;
  ssl_certificate %(server)s.pem;
  ssl_certificate_key %(server)s.key;
  ssl_client_certificate %(trusted)s;
  ssl_protocols TLSv1.2 TLSv1.3;
  api_access_root_login root@example.com;
  api_access_ordinary ReadVmsStopHistory;
  server {
    listen 127.0.0.1:%(backend)d;
    location / { return 200 "$request_uri"; }
  }
"""


class World:
    """Certificates, two accounts and the ports of the servers."""

    def __init__(self):
        self.folder = folder = Path(tempfile.mkdtemp(prefix="api_access_nginx_"))
        a = pki.make_root(folder, "a", "/CN=Root", rsa=True)
        b = pki.make_root(folder, "b", "/CN=Root B")
        # Trusted by the server, but not one of the account's: only its name is.
        namesake = pki.make_root(folder, "namesake", "/CN=Root")
        # Not trusted either.
        forger = pki.make_root(folder, "forger", "/CN=Root", rsa=True)
        top = pki.make_root(folder, "top", "/CN=Top")
        middle = pki.issue(folder, "middle", top, "/CN=Middle", is_ca=True)
        self.top, self.middle = top, middle
        self.server = pki.issue(folder, "server", b, "/CN=localhost")
        good = pki.issue(folder, "good", a, "/CN=client.a")
        # name: the certificate, the ids it is under, its CN
        self.certificates = {
            "none": (None, [], None),
            "good": (good, ["ca-a"], "client.a"),
            "wrong CN": (pki.issue(folder, "wrong", a, "/CN=client.z"),
                         ["ca-a"], "client.z"),
            "two CNs": (pki.issue(folder, "two", a, "/CN=client.a/CN=client.z"),
                        ["ca-a"], None),
            "two CNs, the other first": (
                pki.issue(folder, "owt", a, "/CN=client.z/CN=client.a"), ["ca-a"], None),
            "no CN": (pki.issue(folder, "nameless", a, "/O=client.a"), ["ca-a"], None),
            "CN with NUL": (pki.issue_with_nul(folder, "nul", a, "client.a\0.evil"),
                            ["ca-a"], "client.a\0.evil"),
            "two ids": (pki.issue(folder, "twice", b, "/CN=client.b"),
                        ["ca-b1", "ca-b2"], "client.b"),
            "namesake": (pki.issue(folder, "like", namesake, "/CN=client.a"), [], None),
            "intermediate": (pki.issue(folder, "below", middle, "/CN=client.i",
                                       chain=[middle]),
                             ["ca-middle", "ca-top"], "client.i"),
        }
        self.expired = pki.issue(folder, "expired", a, "/CN=client.a", days=-1)
        self.forged = pki.issue(folder, "forged", forger, "/CN=client.a")
        self.trusted = folder / "trusted.pem"
        self.trusted.write_bytes(b"".join(
            ca.pem.read_bytes() for ca in (a, b, namesake, top)))

        def key(key_id, state="ACTIVE", until=ALWAYS):
            return {"AccessKeyId": key_id, "State": state, "ExpirationDate": until}

        def rule(rule_id, ranges=(), cas=(), cns=()):
            return {"ApiAccessRuleId": rule_id, "IpRanges": list(ranges),
                    "CaIds": list(cas), "Cns": list(cns)}

        self.accounts = {}
        for session in (False, True):
            self.accounts[session] = write_account(
                folder / f"account-{session}",
                [key("ACTIVE"), key("INACTIVE", "INACTIVE"), key("EXPIRED", until=PAST)],
                [rule("aar-a", ["127.0.0.1"], ["ca-a"], ["client.a"]),
                 rule("aar-b", ["127.0.0.0/31"], ["ca-b2"], ["client.b"]),
                 rule("aar-top", ["127.0.0.1/32"], ["ca-top"], ["client.i"]),
                 # The client's own certificate, which is not above itself.
                 rule("aar-leaf", ["127.0.0.3"], ["ca-leaf"])] +
                ([rule("aar-middle", ["127.0.0.2"], ["ca-middle"])] if session else
                 [rule("aar-address", ["127.0.0.2", "::1"])]),
                [("ca-a", a.fingerprint()), ("ca-b1", b.fingerprint()),
                 ("ca-b2", b.fingerprint()), ("ca-top", top.fingerprint()),
                 ("ca-middle", middle.fingerprint()), ("ca-leaf", good.fingerprint())],
                [key("ALICE")], session)
        self.ports = {name: free_port() for name in
                      (False, True, "backend", "cache", "shadow", "any", "lax", "socket",
                       "mapped")}

    def http(self, more):
        return HTTP % {"backend": self.ports["backend"], "trusted": self.trusted,
                       "server": self.server.pem.with_suffix("")} + more

    def serve(self, name, account, directives):
        port = self.ports[name]
        v6 = f"listen [::1]:{port} ssl;" if "::1" in ADDRESSES else ""
        return (f"  server {{ listen 127.0.0.1:{port} ssl; {v6}\n"
                "    add_header X-Request-Id $request_id always;\n"
                f"    api_access_account {account};\n    {directives}\n"
                + LOCATIONS % {"backend": self.ports["backend"]} + "  }\n")

    def decide(self, session, facts):
        """What the command answers to each of `facts`."""
        lines = "".join(json.dumps(fact) + "\n" for fact in facts)
        done = subprocess.run(
            [API_ACCESS, "decide", "--account", self.accounts[session],
             "--ordinary", "api:ReadVmsStopHistory"],
            input=lines, stdout=subprocess.PIPE, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def setUpModule():
    global world, nginx, comparisons
    comparisons = 0
    world = World()
    unittest.addModuleCleanup(shutil.rmtree, world.folder)
    bad = "error_page 495 = @bad; location @bad { api_access on; }"
    on = f"ssl_verify_client optional; api_access on; {bad}"
    mapped = (f" listen [::ffff:127.0.0.1]:{world.ports['mapped']} ipv6only=off ssl;"
              if has_ipv6() else "")
    account = world.accounts[False]
    nginx = Nginx(NGINX, [MODULE], world.folder / "nginx", world.http(
        world.serve(False, account, on + mapped) +
        world.serve(True, world.accounts[True], on) +
        world.serve("cache", account, on + " ssl_session_tickets off; "
                    "ssl_session_cache shared:cache:1m;") +
        world.serve("shadow", account, "ssl_verify_client optional; api_access shadow;") +
        world.serve("any", account, on + " satisfy any; allow all;") +
        world.serve("socket", account, f"listen unix:{world.folder}/socket; api_access on;")
        + world.serve("lax", account, "ssl_verify_client optional_no_ca; api_access on;")))
    unittest.addModuleCleanup(nginx.stop)
    nginx.start()


class Case:
    """One request and the facts that it presents."""

    def __init__(self, certificate, address, login, method):
        _, ca_ids, cn = world.certificates[certificate]
        header, presented = LOGINS[login]
        service, name = method
        self.text = f"{certificate}, {address}, {login}, {service} {name}"
        self.path = f"/{service}/v1/{name}"
        self.headers = [header] if header else []
        self.facts = {"Service": service, "Method": name, "ClientIp": address,
                      "Certificate": {"CaIds": ca_ids, "Cn": cn}, **presented}


class Compared(unittest.TestCase):
    def compare(self, session, answered):
        """`answered`: a list of cases, each with what the server answered."""
        global comparisons
        decisions = nginx.decisions()
        expected = world.decide(session, [case.facts for case, _ in answered])
        self.assertEqual(len(expected), len(answered))
        for (case, (status, headers, body)), expect in zip(answered, expected):
            with self.subTest(case.text, session=session):
                verdict, reason, rule = decisions[headers["X-Request-Id"]]
                self.assertEqual((verdict, reason, rule), (
                    "allowed" if expect["Verdict"] == "Allow" else "denied",
                    expect["Reason"], expect["RuleId"]))
                if expect["Verdict"] == "Allow":
                    self.assertEqual((status, body), (200, case.path))
                else:
                    self.assert_denial(status, headers, body, self.code(case, reason))
            comparisons += 1

    def code(self, case, reason):
        if reason in NO_RULE_MATCHES:
            return "14" if case.facts.get("Login") == "Password" else "4"
        return "9" if reason == "login-not-allowed" else "1"

    def assert_denial(self, status, headers, body, code, expected_status=401):
        self.assertEqual(status, expected_status)
        self.assertEqual(headers["Content-Type"], "application/json")
        self.assertEqual(json.loads(body), {
            "Errors": [{"Code": code, "Type": "AccessDenied", "Details": ""}],
            "ResponseContext": {"RequestId": headers["X-Request-Id"]}})

    def assert_refused(self, answer, reason, status=401):
        self.assert_denial(*answer, "1", status)
        self.assertEqual(nginx.decisions()[answer[1]["X-Request-Id"]],
                         ("denied", reason, None))


class MatrixTest(Compared):
    def test_decides_as_the_library_does(self):
        reasons = set()
        for session in (False, True):
            answered = []
            for certificate, address in itertools.product(world.certificates, ADDRESSES):
                context = tls_context(world.certificates[certificate][0])
                with Client(world.ports[session], context, address) as client:
                    for login, method in itertools.product(LOGINS, METHODS):
                        case = Case(certificate, address, login, method)
                        answered.append((case, client.ask(case.path, case.headers)))
            self.compare(session, answered)
            decisions = nginx.decisions()
            reasons |= {decisions[headers["X-Request-Id"]][1]
                        for _, (_, headers, _) in answered}
        self.assertEqual(reasons, NO_RULE_MATCHES - {"no-rules"} | {
            "public", "no-credential", "login-not-allowed", "login-not-supported",
            "unknown-access-key", "access-key-inactive", "access-key-expired",
            "eim-user-not-supported", "exempt", "rule-matched"})
        print(f"{comparisons} comparisons, addresses {' '.join(ADDRESSES)}")
        self.assertGreaterEqual(comparisons, LEAST_COMPARISONS)


class CertificateTest(Compared):
    def test_one_that_nginx_refuses_gets_the_answer_of_the_provider(self):
        for certificate in (world.expired, world.forged):
            with self.subTest(certificate.pem.name), \
                    Client(world.ports[False], tls_context(certificate)) as client:
                self.assert_refused(
                    client.ask("/api/v1/ReadVms", [signed_by("ACTIVE")]),
                    "certificate-not-verified", 400)

    def test_one_that_nginx_lets_pass_unverified_is_refused(self):
        with Client(world.ports["lax"], tls_context(world.forged)) as client:
            for path in ("/api/v1/ReadVms", "/api/v1/ReadRegions"):
                self.assert_refused(client.ask(path, [signed_by("ACTIVE")]),
                                    "certificate-not-verified", 400)

    def test_an_intermediate_alone_is_refused_with_a_sentence(self):
        alone = Nginx(NGINX, [MODULE], world.folder / "alone", world.http(world.serve(
            False, world.accounts[False],
            f"api_access on; ssl_verify_client optional; "
            f"ssl_client_certificate {world.middle.pem};")))
        status, text = alone.check()
        self.assertEqual(status, 1)
        self.assertIn("no client can be verified under the CA `/CN=Middle`: "
                      "expected that of its issuer `/CN=Top`", text)


class ResumptionTest(Compared):
    VERSIONS = (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3)
    CASES = [("good", "127.0.0.1"), ("two ids", "127.0.0.1"),
             ("intermediate", "127.0.0.1"), ("CN with NUL", "127.0.0.1"),
             ("wrong CN", "127.0.0.1"), ("none", "127.0.0.1")]

    def resume(self, port, context, ask):
        """Asks in a full handshake, and again in a resumed session."""
        answers = []
        session = None
        for resumed in (False, True):
            with Client(port, context, session=session) as client:
                answers.append(ask(client))
                session = client.socket.session
                self.assertEqual(client.socket.session_reused, resumed)
        return answers

    def test_a_resumed_session_is_decided_as_its_first_connection(self):
        answered = []
        for port, version, (certificate, address) in itertools.product(
                (world.ports[False], world.ports["cache"]), self.VERSIONS, self.CASES):
            case = Case(certificate, address, "active", ("api", "ReadVms"))
            context = tls_context(world.certificates[certificate][0], version)
            answered += [(case, answer) for answer in self.resume(
                port, context, lambda client: client.ask(case.path, case.headers))]
        self.compare(False, answered)
        # Good clients among them.
        statuses = [status for _, (status, _, _) in answered]
        self.assertEqual(statuses.count(200), 3 * 2 * 2 * 2)

    def test_a_session_from_before_the_module_was_on_is_denied(self):
        before = Nginx(NGINX, [MODULE], world.folder / "before")
        port = world.ports["before"] = free_port()
        world.ports["backend"], backend = free_port(), world.ports["backend"]

        def http(mode):
            return world.http(world.serve(
                "before", world.accounts[False],
                f"ssl_verify_client optional; api_access {mode}; "
                "ssl_session_tickets off; ssl_session_cache shared:cache:1m;"))

        before.configure(http("off"))
        self.addCleanup(world.ports.update, backend=backend)
        self.addCleanup(before.stop)
        before.start()
        certificate, _, _ = world.certificates["good"]
        sessions = []
        for version in self.VERSIONS:
            context = tls_context(certificate, version)
            with Client(port, context) as client:
                self.assertEqual(
                    client.ask("/api/v1/ReadVms", [signed_by("UNKNOWN")])[0], 200)
                sessions.append((context, client.socket.session))
        before.configure(http("on"))
        before.reload()
        for context, session in sessions:
            for path in ("/api/v1/ReadVms", "/api/v1/ReadRegions"):
                with Client(port, context, session=session) as client:
                    answer = client.ask(path, [signed_by("ACTIVE")])
                    self.assertTrue(client.socket.session_reused)
                self.assert_denial(*answer, "1")
                self.assertEqual(
                    before.decisions()[answer[1]["X-Request-Id"]],
                    ("denied", "certificate-authority-unknown", None))
            with Client(port, context) as client:
                self.assertEqual(
                    client.ask("/api/v1/ReadVms", [signed_by("ACTIVE")])[0], 200)


class RequestTest(Compared):
    def ask(self, path, headers=(), method="POST", name=False):
        certificate, _, _ = world.certificates["good"]
        with Client(world.ports[name], tls_context(certificate)) as client:
            return client.ask(path, headers, method)

    def test_a_path_that_is_not_plain_is_refused(self):
        # nginx makes a public method of most of them.
        for path in ("/api/v1/ReadCas/../ReadRegions", "/api/v1//ReadRegions",
                     "/api//v1/ReadRegions", "/api/v1/./ReadRegions",
                     "/api/v1/ReadRe%67ions", "/%61pi/v1/ReadRegions",
                     "/api/v1/ReadRegions#", "/api/v1/ReadRegions#/../ReadCas",
                     "/api/v1/ReadCas%2f..%2fReadRegions", "/api/v1/ReadRegions/",
                     "/api/v1/ReadRegions;a", "/api/v1/", "/api/v1/ReadCas/ReadRegions",
                     "/ReadRegions", "/icu/v1/List%41ccessKeys",
                     "/icu/v1/a/../ListAccessKeys", "/oos/v1/../v1/GetObject"):
            with self.subTest(path):
                self.assert_refused(self.ask(path, [signed_by("ACTIVE")]),
                                    "method-unclear")

    def test_a_query_is_not_part_of_the_path(self):
        path = "/api/v1/ReadVms?a=/../%2f"
        status, _, body = self.ask(path, [signed_by("ACTIVE")])
        self.assertEqual((status, body), (200, path))

    def test_several_credentials_are_refused(self):
        for value in ("Credential=ACTIVE/x, Credential=ALICE/x", "Credential=/x",
                      "Credential=ACTIVE", "credential=ALICE/x, Credential=ACTIVE/x", ""):
            with self.subTest(value):
                self.assert_refused(
                    self.ask("/api/v1/ReadVms",
                             [("Authorization", "OSC4-HMAC-SHA256 " + value)]),
                    "credential-unclear")

    def test_nginx_refuses_some_requests_itself(self):
        for path, headers in (("/api/v1/ReadVms", [signed_by("ACTIVE")] * 2),
                              ("/api/v1/ReadVms%00", [signed_by("ACTIVE")])):
            with self.subTest(path, headers=len(headers)):
                self.assertEqual(self.ask(path, headers)[0], 400)

    def test_a_denial_keeps_the_connection(self):
        with Client(world.ports[False], tls_context()) as client:
            for method in ("POST", "GET", "HEAD"):
                status, headers, body = client.ask("/api/v1/ReadVms", method=method)
                self.assertEqual((status, bool(body)), (401, method != "HEAD"))
                self.assertEqual(headers["Content-Type"], "application/json")

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_an_ipv4_address_in_ipv6_is_that_address(self):
        case = Case("good", "127.0.0.1", "active", ("api", "ReadVms"))
        answer = self.ask(case.path, case.headers, name="mapped")
        self.compare(False, [(case, answer)])
        self.assertRegex(nginx.log(), f"request {answer[1]['X-Request-Id']},.*"
                         "client: ::ffff:127.0.0.1,")

    def test_a_client_without_an_address_is_denied(self):
        with Client(world.folder / "socket") as client:
            for path in ("/api/v1/ReadVms", "/api/v1/ReadRegions"):
                self.assert_refused(client.ask(path, [signed_by("ACTIVE")]),
                                    "address-unknown")

    def test_satisfy_any_does_not_overrule_a_denial(self):
        self.assert_refused(self.ask("/api/v1/x/y", name="any"), "method-unclear")
        self.assert_denial(*self.ask("/api/v1/ReadVms", [signed_by("EXPIRED")],
                                     name="any"), "1")

    def test_shadow_lets_pass_what_it_would_deny(self):
        for path, headers, reason in (
                ("/api/v1/ReadVms", [signed_by("EXPIRED")], "access-key-expired"),
                ("/api/v1/ReadVms/", [signed_by("ACTIVE")], "method-unclear")):
            status, headers, body = self.ask(path, headers, name="shadow")
            self.assertEqual((status, body), (200, path))
            self.assertEqual(nginx.decisions()[headers["X-Request-Id"]],
                             ("would be denied", reason, None))

    def test_the_log_has_one_escaped_line_for_a_denial(self):
        _, headers, _ = self.ask("/api/v1/ReadVms", [signed_by("\x1b[31m`")])
        request = headers["X-Request-Id"]
        lines = [line for line in nginx.log().splitlines() if request in line]
        self.assertEqual(len(lines), 1)
        self.assertRegex(lines[0], r"\[error\].*api_access: denied: unknown-access-key, "
                         rf"rule -, request {request}, 127\.0\.0\.1 with access key "
                         r"`\\x1b\[31m\\x60`, with a certificate under `ca-a` of CN "
                         "`client.a`")


class ConfigurationTest(unittest.TestCase):
    def test_says_what_is_wrong(self):
        account = world.accounts[False]
        broken = world.folder / "broken"
        shutil.copytree(account, broken)
        (broken / "ReadApiAccessRules.json").write_text(
            '{"ApiAccessRules":[{"ApiAccessRuleId":"aar-1","IpRange":["::/0"]}]}')
        wrong = Nginx(NGINX, [MODULE], world.folder / "wrong")
        for directives, message in (
                ("api_access on;", "expected api_access_account where it is on"),
                (f"api_access_account {world.folder}/nowhere;",
                 f"{world.folder}/nowhere: expected a folder to list"),
                (f"api_access_account {broken};",
                 f"{broken}/ReadApiAccessRules.json: $.ApiAccessRules[0]"),
                ("api_access maybe;", 'invalid value "maybe"'),
                ("api_access_service s3;", "expected one of api, icu, fcu"),
                (f"api_access_account {account}; api_access on; api_access_service fcu;",
                 "expected api_access_method with the service `fcu`"),
                (f"api_access_account {account}; api_access on; "
                 "api_access_ordinary ReadCas;", "ReadCas"),
                (f"api_access_account {account}; api_access_account {account};",
                 '"api_access_account" directive is duplicate'),
                ("api_access_max_age soon;", "invalid value")):
            with self.subTest(directives):
                wrong.configure("server { listen 127.0.0.1:1; %s }" % directives)
                status, text = wrong.check()
                self.assertEqual(status, 1)
                self.assertIn(message, text)
                self.assertIn(f"{wrong.folder}/nginx.conf:", text)

    def test_a_reload_with_a_bad_account_keeps_the_old_one(self):
        folder = shutil.copytree(world.accounts[False], world.folder / "reloaded")
        port = free_port()
        server = Nginx(NGINX, [MODULE], world.folder / "reload", f"""
          add_header X-Request-Id $request_id always;
          server {{ listen 127.0.0.1:{port}; api_access on; api_access_account {folder};
                    error_page 404 = @ok; location @ok {{ return 200 "passed"; }} }}""")
        self.addCleanup(server.stop)
        server.start()

        def statuses():
            with Client(port, source="127.0.0.2") as client:
                return [client.ask("/api/v1/ReadVms", [signed_by(key)], "GET")[0]
                        for key in ("ACTIVE", "INACTIVE", "EXPIRED")]

        self.assertEqual(statuses(), [200, 401, 401])
        keys = folder / "ReadAccessKeys.json"
        good = keys.read_text()
        keys.write_text(good.replace('"ACTIVE"}', '"ACTIV"}').replace(
            '"State": "INACTIVE"', '"State": "Inactive"'))
        server.process.send_signal(signal.SIGHUP)
        server.await_log(r"\[emerg\].*api_access_account: .*ReadAccessKeys.json: "
                         r"\$.AccessKeys\[1\].State .*nginx.conf:")
        self.assertEqual(statuses(), [200, 401, 401])
        self.assertEqual(server.check()[0], 1)
        self.assertEqual(len(re.findall("start worker process ", server.log())),
                         server.workers)

        keys.write_text(good.replace("INACTIVE\", \"State\": \"INACTIVE",
                                     "INACTIVE\", \"State\": \"ACTIVE"))
        server.reload()
        self.assertEqual(statuses(), [200, 200, 401])


class SampleTest(unittest.TestCase):
    def test_allows_with_a_certificate_what_it_denies_without(self):
        folder = world.folder / "sample"
        subprocess.run(["sh", SAMPLE, folder, MODULE], check=True)
        config = (folder / "nginx.conf").read_text()
        ports = [free_port(), free_port()]
        for port, sample_port in zip(ports, ("8443", "8480")):
            config = config.replace(sample_port, str(port))
        nginx = Nginx(NGINX, [MODULE], folder, workers=1, level="notice")
        (folder / "nginx.conf").write_text("error_log error.log notice;\n" + config)
        self.addCleanup(nginx.stop)
        nginx.start()
        certificate = pki.Certificate(folder, "client")
        for presented, status in ((None, 401), (certificate, 200)):
            with Client(ports[0], tls_context(presented)) as client:
                self.assertEqual(client.ask("/api/v1/ReadVms", [signed_by("KEY")])[0],
                                 status)


if __name__ == "__main__":
    unittest.main()
