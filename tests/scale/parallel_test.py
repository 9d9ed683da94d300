"""The commands of the example with GNU parallel, on this machine and on three sshd
of this test's own.

usage: parallel_test.py API_ACCESS README SSHD
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from sample import Sample
from support import end_with_parent, free_port

PROGRAM, README, SSHD = map(os.path.abspath, sys.argv[1:4])
del sys.argv[1:4]

HOSTS = ["host1", "host2", "host3"]
COUNTS = (1, 7, 64)
DEADLINE = 120  # seconds, for what takes some


def setUpModule():
    global sample, here, there, part_sh
    sample = Sample(PROGRAM)
    unittest.addModuleCleanup(sample.remove)
    here, there, *_, part_sh = re.findall(r"```sh\n(.*?)```", Path(README).read_text(),
                                          re.S)
    assert " -S " not in here and f" -S {','.join(HOSTS)} " in there
    for key in ("key", "host_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f",
                        sample.folder / key], check=True)
    public = (sample.folder / "host_key.pub").read_text()
    (sample.folder / "known").write_text(f"host {public}")
    for host in HOSTS:
        start_host(host)


def start(arguments, ready, **pipes):
    """Starts a program, and returns once it has printed what begins like that."""
    process = subprocess.Popen(arguments, text=True, preexec_fn=end_with_parent, **pipes)
    unittest.addModuleCleanup(stop, process)
    with process.stdout or process.stderr as output:
        for line in output:
            if line.startswith(ready):
                return
    raise AssertionError(f"expected `{ready}` of {arguments}")


def stop(process):
    """A connection ends with its input, and with it what it runs on the host."""
    if process.stdin:
        process.stdin.close()
    else:
        process.kill()
    process.wait(DEADLINE)


def start_host(name):
    home = sample.folder / name
    home.mkdir()
    port = free_port()
    options = {
        "AuthorizedKeysFile": sample.folder / "key.pub",
        # Each host has a home of its own.
        "ForceCommand": """sh -c 'cd && exec sh -c "$SSH_ORIGINAL_COMMAND"'""",
        "HostKey": sample.folder / "host_key",
        "ListenAddress": "127.0.0.1",
        "PidFile": "none",
        "SetEnv": f"HOME={home} PATH={sample.environment['PATH']}",
        # Those above may belong to another user than the one who logs in.
        "StrictModes": "no",
        "UsePAM": "no",
    }
    start([SSHD, "-D", "-e", "-f", "/dev/null", "-p", str(port)] +
          [f"-o{key}={value}" for key, value in options.items()],
          "Server listening", stderr=subprocess.PIPE)
    with open(sample.folder / "ssh_config", "a") as config:
        config.write(f"""
Host {name}
  HostName 127.0.0.1
  Port {port}
  IdentityFile {sample.folder}/key
  IdentitiesOnly yes
  UserKnownHostsFile {sample.folder}/known
  HostKeyAlias host
  ControlPath {sample.folder}/%n.control
""")
    # One connection for all that is asked of a host.
    start(["ssh", "-F", sample.folder / "ssh_config", "-M", name, "echo ready; cat"],
          "ready", stdin=subprocess.PIPE, stdout=subprocess.PIPE)


class ParallelTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(dir=sample.folder))
        for account in ("account", "planned"):
            shutil.copytree(sample.folder / account, self.folder / account)
        self.log = self.folder / "log.json"
        self.log.symlink_to(sample.log)

    def run_block(self, block, options="", text=""):
        return subprocess.run(
            ["sh", "-c", block], input=text, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=self.folder, timeout=DEADLINE,
            env={**sample.environment, "PARALLEL": options,
                 "PARALLEL_SSH": f"ssh -F {sample.folder}/ssh_config"})

    def expect_whole(self, done, count=64):
        """Also of what is left in the folder."""
        self.assertEqual((done.returncode, done.stdout), (1, sample.whole["text"]),
                         done.stderr)
        summaries = list((self.folder / "parts").glob("*.summary"))
        self.assertEqual(len(summaries), count)
        self.assertEqual(sample.ask("--format", "json", "--merge", *summaries),
                         sample.whole["json"])
        shutil.rmtree(self.folder / "parts")

    def expect_killed(self):
        runs = sample.runs_of_parts()
        self.assertEqual(sorted(runs.values()), [1] * 63 + [2])

    def test_here(self):
        for count in COUNTS:
            block = here.replace("--split 64", f"--split {count}")
            self.expect_whole(self.run_block(block, "--shuf"), count)

    def test_every_form_of_a_log(self):
        for form, text in sample.forms.items():
            with self.subTest(form):
                self.log.unlink()
                self.log.write_text(text)
                self.expect_whole(
                    self.run_block(here.replace("--split 64", "--split 7")), 7)

    def test_engines_that_write_lines_to_a_program(self):
        lines = sample.forms["lines"].splitlines(keepends=True)
        summaries = []
        for i in range(3):
            done = self.run_block(part_sh, text="".join(lines[i::3]))
            self.assertEqual(done.returncode, 0, done.stderr)
            summaries.append(self.folder / str(i))
            summaries[-1].write_text(done.stdout)
        self.assertEqual(sample.ask("--merge", *summaries), sample.whole["text"])
        failed = self.run_block(part_sh, text="x")
        self.assertEqual((failed.returncode, failed.stdout), (1, ""))

    def test_a_job_is_killed(self):
        sample.arm()
        self.expect_whole(self.run_block(here))
        self.expect_killed()

    def test_a_job_is_killed_for_good_and_resumed(self):
        sample.arm()
        failed = self.run_block(here.replace("--retries 3", ""))
        self.assertEqual((failed.returncode, failed.stdout), (1, ""))
        self.expect_whole(self.run_block(here.partition("&&\n")[2], "--resume-failed"))
        self.expect_killed()

    def test_on_hosts(self):
        for count in COUNTS:
            block = there.replace("--split 64", f"--split {count}")
            self.expect_whole(self.run_block(block, "--shuf"), count)
            for host in HOSTS:
                self.assertEqual(list((sample.folder / host).iterdir()), [])

    def test_a_job_is_killed_on_a_host(self):
        sample.arm()
        self.expect_whole(self.run_block(there))
        self.expect_killed()
        hosts = {line.split("\t")[1]
                 for line in (self.folder / "jobs.log").read_text().splitlines()[1:]}
        self.assertEqual(hosts, set(HOSTS))


if __name__ == "__main__":
    unittest.main()
