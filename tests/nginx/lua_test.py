"""What the Lua example decides, against what `api-access decide` says of the same
facts: those of one CA, the only one that the server trusts.

usage: lua_test.py NGINX MODULES LIBRARY SCRIPT API_ACCESS
MODULES is the folder with nginx's module for Lua, LIBRARY the C interface.
"""

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import pki
from server import Client, Nginx, free_port, has_ipv6, tls_context, write_account

NGINX, MODULES, LIBRARY, SCRIPT, API_ACCESS = sys.argv[1:6]
del sys.argv[1:6]

LEAST_COMPARISONS = 200
KEYS = ["", "ACTIVE", "INACTIVE", "EXPIRED", "UNKNOWN"]
METHODS = ["ReadRegions", "ReadVms", "ReadCas", "readvms"]
ADDRESSES = ["127.0.0.1", "127.0.0.2", "127.0.0.3"] + (["::1"] if has_ipv6() else [])


def signed_by(key):
    return [("Authorization", f"OSC4-HMAC-SHA256 Credential={key}/x")] if key else []


class LuaTest(unittest.TestCase):
    def setUp(self):
        self.folder = folder = Path(tempfile.mkdtemp(prefix="api_access_lua_"))
        self.addCleanup(shutil.rmtree, folder)
        ca = pki.make_root(folder, "ca", "/CN=Root", rsa=True)
        server = pki.issue(folder, "server", ca, "/CN=localhost")
        # name: the certificate, its CN
        self.certificates = {
            "none": (None, None),
            "good": (pki.issue(folder, "good", ca, "/O=Us/CN=client.a"), "client.a"),
            "wrong CN": (pki.issue(folder, "wrong", ca, "/CN=client.z"), "client.z"),
            "two CNs": (pki.issue(folder, "two", ca, "/CN=client.a/CN=client.z"), None),
            "two CNs, the other first": (
                pki.issue(folder, "owt", ca, "/CN=client.z/CN=client.a"), None),
            "no CN": (pki.issue(folder, "nameless", ca, "/O=Us,CN=client.a"), None),
            "CN with NUL": (pki.issue_with_nul(folder, "nul", ca, "client.a\0.evil"),
                            "client.a\0.evil"),
        }
        self.expired = pki.issue(folder, "expired", ca, "/CN=client.a", days=-1)
        self.account = write_account(
            folder / "account",
            [{"AccessKeyId": "ACTIVE", "State": "ACTIVE"},
             {"AccessKeyId": "INACTIVE", "State": "INACTIVE"},
             {"AccessKeyId": "EXPIRED", "State": "ACTIVE",
              "ExpirationDate": "2020-01-01T00:00:00.000+0000"}],
            [{"ApiAccessRuleId": "aar-a", "IpRanges": ["127.0.0.1"], "CaIds": ["ca-1"],
              "Cns": ["client.a"]},
             {"ApiAccessRuleId": "aar-2", "IpRanges": ["127.0.0.2", "::1"]}],
            [("ca-1", ca.fingerprint())])
        # As the README makes it.
        whole = {file.stem: json.loads(file.read_text())
                 for file in self.account.glob("*.json")}
        (folder / "account.json").write_text(json.dumps(whole))
        self.port, backend = free_port(), free_port()
        v6 = f"listen [::1]:{self.port} ssl;" if "::1" in ADDRESSES else ""
        self.nginx = Nginx(
            NGINX, [f"{MODULES}/ndk_http_module.so", f"{MODULES}/ngx_http_lua_module.so"],
            folder / "nginx", f"""
            lua_package_path "{Path(SCRIPT).parent}/?.lua;;";
            init_worker_by_lua_block {{
              require("api_access").open("{folder}/account.json", "{LIBRARY}")
            }}
            keepalive_requests 100000;
            ssl_certificate {server.pem};
            ssl_certificate_key {server.key};
            ssl_client_certificate {ca.pem};
            ssl_verify_client optional;
            ssl_protocols TLSv1.2 TLSv1.3;
            server {{
              listen 127.0.0.1:{self.port} ssl; {v6}
              add_header X-Request-Id $request_id always;
              error_page 495 = @bad_certificate;
              location @bad_certificate {{
                access_by_lua_block {{ require("api_access").access("ca-1") }}
              }}
              location / {{
                access_by_lua_block {{ require("api_access").access("ca-1") }}
                proxy_pass http://127.0.0.1:{backend};
              }}
            }}
            server {{
              listen 127.0.0.1:{backend};
              location / {{ return 200 "$request_uri"; }}
            }}""")
        self.addCleanup(self.nginx.stop)
        self.nginx.start()

    def test_decides_as_the_library_does(self):
        facts, answers = [], []
        for (name, (certificate, cn)), address in itertools.product(
                self.certificates.items(), ADDRESSES):
            with Client(self.port, tls_context(certificate), address) as client:
                for key, method in itertools.product(KEYS, METHODS):
                    login = {"Login": "AccessKey", "AccessKeyId": key} if key else {}
                    facts.append({"Service": "api", "Method": method, "ClientIp": address,
                                  "Certificate": {"CaIds": ["ca-1"], "Cn": cn}
                                  if certificate else None, **login})
                    answers.append(client.ask(f"/api/v1/{method}", signed_by(key)))
        done = subprocess.run([API_ACCESS, "decide", "--account", self.account],
                              input="".join(json.dumps(fact) + "\n" for fact in facts),
                              stdout=subprocess.PIPE, text=True, check=True)
        decisions = self.nginx.decisions()
        comparisons = 0
        for fact, line, (status, headers, body) in zip(
                facts, done.stdout.splitlines(), answers):
            expected = json.loads(line)
            with self.subTest(fact):
                if expected["Verdict"] == "Allow":
                    self.assertEqual((status, body), (200, "/api/v1/" + fact["Method"]))
                else:
                    self.assertEqual((status, headers["Content-Type"]),
                                     (401, "application/json"))
                    self.assertEqual(json.loads(body)["ResponseContext"],
                                     {"RequestId": headers["X-Request-Id"]})
                    self.assertEqual(decisions[headers["X-Request-Id"]],
                                     ("denied", expected["Reason"], None))
            comparisons += 1
        print(f"{comparisons} comparisons, addresses {' '.join(ADDRESSES)}")
        self.assertGreaterEqual(comparisons, LEAST_COMPARISONS)

    def test_refuses_what_is_not_clear(self):
        good, _ = self.certificates["good"]
        for certificate, path, value, reason in (
                (self.expired, "ReadVms", "Credential=ACTIVE/x",
                 "certificate-not-verified"),
                (good, "x/../ReadRegions", "Credential=ACTIVE/x", "method-unclear"),
                (good, "Read%56ms", "Credential=ACTIVE/x", "method-unclear"),
                (good, "ReadVms/", "Credential=ACTIVE/x", "method-unclear"),
                (good, "ReadVms", "Credential=ACTIVE/x, Credential=ACTIVE/x",
                 "credential-unclear"),
                (good, "ReadVms", "Credential=ACTIVE", "credential-unclear")):
            with self.subTest(path, value=value, reason=reason), \
                    Client(self.port, tls_context(certificate)) as client:
                status, headers, _ = client.ask(
                    f"/api/v1/{path}", [("Authorization", "OSC4-HMAC-SHA256 " + value)])
                self.assertEqual(status, 401)
                self.assertEqual(self.nginx.decisions()[headers["X-Request-Id"]],
                                 ("denied", reason, None))


if __name__ == "__main__":
    unittest.main()
