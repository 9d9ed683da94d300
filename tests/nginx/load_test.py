"""The module under load while its account changes, and what it costs.

usage: load_test.py NGINX MODULE
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

import pki
from server import LINE, Client, Nginx, free_port, tls_context, write_account

NGINX, MODULE = sys.argv[1:3]
del sys.argv[1:3]

SECONDS = 10  # of load
RELOADS = 100
SETTLED = 25  # reloads, after which memory has to stay as it is
SLACK_KB = 1024
RULES = 1000
PAIRS = 7
REQUESTS = 20000  # in each run of a pair
SIGNATURE = ("OSC4-HMAC-SHA256 Credential=KEY/20300101/eu-west-2/api/osc4_request, "
             "SignedHeaders=host, Signature=0123")
PATH = "/api/v1/ReadVms"

# Counts what each thread of wrk got. One account answers 200, the other one 401
# with the code of a request that no rule admits.
COUNT = """
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() allowed, denied, other = 0, 0, 0 end
function response(status, headers, body)
  if status == 200 then allowed = allowed + 1
  elseif status == 401 and body:find('"Code":"4"', 1, true) then denied = denied + 1
  else other = other + 1 end
end
function done()
  local sum = {allowed = 0, denied = 0, other = 0}
  for _, thread in ipairs(threads) do
    for name in pairs(sum) do sum[name] = sum[name] + thread:get(name) end
  end
  print(string.format("counted %d %d %d", sum.allowed, sum.denied, sum.other))
end
"""


def setUpModule():
    global folder, client, http, old
    folder = Path(tempfile.mkdtemp(prefix="api_access_nginx_"))
    unittest.addModuleCleanup(shutil.rmtree, folder)
    ca = pki.make_root(folder, "ca", "/CN=Root")
    client = pki.issue(folder, "client", ca, "/CN=client.a")
    client.pem.write_bytes(client.pem.read_bytes() + client.key.read_bytes())
    key = {"AccessKeyId": "KEY", "State": "ACTIVE"}
    for name, address in (("allowing", "127.0.0.1"), ("denying", "203.0.113.1")):
        write_account(
            folder / name, [key],
            [{"ApiAccessRuleId": f"aar-{i}", "IpRanges": [f"10.{i // 256}.{i % 256}.1"]}
             for i in range(RULES)] +
            # With a certificate, and without one.
            [{"ApiAccessRuleId": "aar-client", "IpRanges": [address],
              "CaIds": ["ca-1"], "Cns": ["client.a"]},
             {"ApiAccessRuleId": "aar-plain", "IpRanges": [address]}],
            [("ca-1", ca.fingerprint())])
    files = folder / "files" / PATH[1:]
    files.parent.mkdir(parents=True)
    files.write_text("{}")
    server = pki.issue(folder, "server", ca, "/CN=localhost")
    http = f"""
      keepalive_requests 1000000;
      ssl_certificate {server.pem};
      ssl_certificate_key {server.key};
      ssl_client_certificate {ca.pem};
      ssl_protocols TLSv1.2 TLSv1.3;
      root {folder}/files;
    """
    # Complains once a minute, while the other tests run.
    aged = shutil.copytree(folder / "allowing", folder / "aged")
    for file in aged.iterdir():
        os.utime(file, (0, 0))
    old = Nginx(NGINX, [MODULE], folder / "old", f"""
      {http} server {{ listen 127.0.0.1:{free_port()}; api_access on;
                       api_access_account {aged}; api_access_max_age 1h; }}""")
    unittest.addModuleCleanup(old.stop)
    old.start()


def switch_to(name):
    """One step for whoever reads the account."""
    new = folder / "new"
    new.symlink_to(folder / name)
    new.replace(folder / "current")


class ChangeTest(unittest.TestCase):
    def test_every_request_is_decided_by_one_of_two_accounts(self):
        plain, mutual = free_port(), free_port()
        requests = folder / "requests.log"
        switch_to("allowing")
        nginx = Nginx(NGINX, [MODULE], folder / "load", f"""
          {http}
          api_access on;
          api_access_account {folder}/current;
          error_log {folder}/load/requests.log crit;
          server {{ listen 127.0.0.1:{plain} ssl; }}
          server {{ listen 127.0.0.1:{mutual} ssl; ssl_verify_client on;
                    error_log {requests} info; }}""", level="notice")
        self.addCleanup(nginx.stop)
        nginx.start()
        (folder / "count.lua").write_text(COUNT)
        load = {
            "wrk": ["wrk", "-t2", "-c16", f"-d{SECONDS}s", "-s", folder / "count.lua",
                    "-H", f"Authorization: {SIGNATURE}",
                    f"https://127.0.0.1:{plain}{PATH}"],
            # A connection for each request: on one that is kept and that a reload
            # closes, ab waits for half a minute.
            "ab": ["ab", "-l", "-c4", f"-t{SECONDS}", "-n10000000",
                   "-E", client.pem, "-H", f"Authorization: {SIGNATURE}",
                   f"https://127.0.0.1:{mutual}{PATH}"],
        }
        running = {name: subprocess.Popen(command, stdout=subprocess.PIPE,
                                          stderr=subprocess.STDOUT, text=True)
                   for name, command in load.items()}
        said = {}
        readers = [threading.Thread(target=lambda name=name, process=process:
                                    said.update({name: process.communicate()[0]}))
                   for name, process in running.items()]
        for reader in readers:
            reader.start()
        under_load = 0
        for reload in range(1, RELOADS + 1):
            switch_to("denying" if reload % 2 else "allowing")
            under_load += all(process.poll() is None for process in running.values())
            nginx.reload()
            if reload == SETTLED:
                settled = self.memory(nginx)
        end = self.memory(nginx)
        for reader in readers:
            reader.join()

        counted = re.search(r"counted (\d+) (\d+) (\d+)", said["wrk"])
        self.assertTrue(counted, said["wrk"])
        allowed, denied, other = map(int, counted.groups())
        self.assertRegex(said["ab"], r"Failed requests: +0\n")
        decisions = {(verdict, reason, rule) for verdict, reason, rule, _ in
                     LINE.findall(requests.read_text())}
        print(f"wrk: {allowed} allowed, {denied} denied, {other} otherwise; "
              f"{under_load} of {RELOADS} reloads under load; "
              f"kB after {SETTLED} reloads {settled}, after {RELOADS} {end}")
        self.assertGreater(allowed, 0)
        self.assertGreater(denied, 0)
        self.assertEqual(other, 0)
        self.assertEqual(decisions, {
            ("allowed", "rule-matched", "`aar-client`"),
            ("denied", "source-ip-not-allowed", "-")})
        self.assertGreater(under_load, 1)
        log = nginx.log()
        self.assertEqual(len(re.findall(r": reconfiguring$", log, re.M)), RELOADS)
        self.assertNotRegex(log + (folder / "load/requests.log").read_text(),
                            r"\[(crit|alert|emerg)\]|exited on signal")
        self.assertLessEqual(end, settled + SLACK_KB)

    def memory(self, nginx):
        """Of the master, in kB: it is the one that lives through reloads."""
        status = Path(f"/proc/{nginx.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))


class CostTest(unittest.TestCase):
    """What is printed goes to the README of the example; machines are too noisy for
    more than to look at it."""

    def test_tells_the_processor_time_of_a_request(self):
        servers = {}
        for name, modules, directives in (
                ("without", [], ""),
                ("with", [MODULE], f"api_access on; "
                 f"api_access_account {folder}/allowing;")):
            port = free_port()
            nginx = Nginx(NGINX, modules, folder / name, f"""
              {http}
              server {{ listen 127.0.0.1:{port} ssl; ssl_verify_client on;
                        {directives} }}""", workers=1, level="notice")
            servers[name] = (nginx, port)
        for nginx, port in servers.values():
            self.addCleanup(nginx.stop)
            nginx.start()
            with Client(port, tls_context(client)) as connection:
                self.assertEqual(connection.ask(
                    PATH, [("Authorization", SIGNATURE)], "GET")[0], 200)
        times = {name: [] for name in servers}
        for _ in range(PAIRS):
            for name, (nginx, port) in servers.items():
                times[name].append(self.time_of_a_request(nginx, port))
        added = statistics.median(after - before for before, after in
                                  zip(times["without"], times["with"]))
        print("processor time of a request in microseconds: "
              f"{statistics.median(times['without']):.1f} without the module, "
              f"{statistics.median(times['with']):.1f} with it; "
              f"median of {PAIRS} differences {added:+.1f}")

    def time_of_a_request(self, nginx, port):
        worker = re.findall(r"start worker process (\d+)", nginx.log())[-1]

        def used():
            fields = Path(f"/proc/{worker}/stat").read_text().rsplit(")", 1)[1].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

        before = used()
        done = subprocess.run(
            ["ab", "-k", "-c4", f"-n{REQUESTS}", "-E", client.pem,
             "-H", f"Authorization: {SIGNATURE}", f"https://127.0.0.1:{port}{PATH}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True)
        self.assertRegex(done.stdout, rf"Complete requests: +{REQUESTS}\n")
        self.assertNotIn("Non-2xx", done.stdout)
        return 1e6 * (used() - before) / REQUESTS


class OldAccountTest(unittest.TestCase):
    """The last one, by its name."""

    COMPLAINT = (r"\[error\] .*api_access_max_age: \S*/aged: the newest file is \d+ s "
                 r"old, expected at most 3600 s\n")

    def test_is_complained_of_at_each_reload_and_once_a_minute(self):
        old.await_log(self.COMPLAINT, 2, 90)
        old.reload()
        self.assertEqual(len(re.findall(self.COMPLAINT, old.log())), 3)


if __name__ == "__main__":
    unittest.main()
