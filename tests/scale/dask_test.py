"""The example with Dask, on a scheduler and three workers of this test's own.

usage: dask_test.py API_ACCESS EXAMPLE
EXAMPLE is the folder with dask_replay.py and the README that shows its use.
Runs with a Python that has Dask.
"""

import random
import re
import signal
import subprocess
import sys
import unittest
from pathlib import Path

from distributed import Client

from sample import SEED, Sample
from support import end_with_parent

PROGRAM, EXAMPLE = sys.argv[1], Path(sys.argv[2]).resolve()
del sys.argv[1:3]

WORKERS = 3
DEADLINE = 120  # seconds, for what takes some


def setUpModule():
    global sample, scheduler_file, workers
    sample = Sample(PROGRAM)
    unittest.addModuleCleanup(sample.remove)
    scheduler_file = sample.folder / "scheduler.json"
    start("scheduler", "--port", "0", "--no-show")
    workers = []


def start(kind, *arguments):
    """Starts a scheduler or a worker; the file tells workers of the scheduler."""
    log = (sample.folder / f"{kind}.log").open("a")
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.dask_{kind}", "--host", "127.0.0.1",
         "--scheduler-file", scheduler_file, "--no-dashboard", *arguments],
        stdout=log, stderr=log, env=sample.environment, preexec_fn=end_with_parent)
    log.close()
    unittest.addModuleCleanup(process.wait)
    unittest.addModuleCleanup(process.kill)
    return process


class DaskTest(unittest.TestCase):
    def setUp(self):
        global address
        workers[:] = [worker for worker in workers if worker.poll() is None]
        while len(workers) < WORKERS:
            workers.append(start(
                "worker", "--nthreads", "1", "--no-nanny",
                "--local-directory", sample.folder / "scratch"))
        with Client(scheduler_file=str(scheduler_file), timeout=DEADLINE) as client:
            client.wait_for_workers(WORKERS, timeout=DEADLINE)
            address = client.scheduler.address

    def run_command(self, command):
        return subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=sample.folder, env=sample.environment, timeout=DEADLINE)

    def replay(self, *logs, account="account"):
        return self.run_command(
            [sys.executable, EXAMPLE / "dask_replay.py", "--scheduler", address,
             "--account", account, *logs])

    def expect_whole(self, done, style):
        self.assertEqual((done.returncode, done.stdout), (1, sample.whole[style]),
                         done.stderr)

    def test_reports_are_those_of_one_run(self):
        for count in (1, 7, 64):
            folder = sample.folder / f"parts-{count}"
            # Cuts, then takes the parts.
            self.expect_whole(
                self.replay("--against", "planned", "--split", str(count), folder,
                            "log.json"), "text")
            parts = sorted(folder.iterdir())
            self.assertEqual(len(parts), count)
            random.Random(SEED).shuffle(parts)
            self.expect_whole(
                self.replay("--against", "planned", "--format", "json", *parts), "json")

    def test_a_worker_is_killed_while_the_command_of_the_readme_runs(self):
        command = re.search(r"```sh\n([^`]* dask_replay.py [^`]*)```",
                            (EXAMPLE / "README.md").read_text())[1]
        command = command.replace("dask_replay.py", str(EXAMPLE / "dask_replay.py"))
        command = command.replace("tcp://host1:8786", address)
        sample.arm()
        self.expect_whole(self.run_command(["sh", "-c", command]), "text")
        self.assertEqual(sorted(worker.poll() is None for worker in workers),
                         [False, True, True])
        self.assertIn(-signal.SIGKILL, [worker.poll() for worker in workers])
        runs = sample.runs_of_parts()
        self.assertEqual(len(runs), 64)
        self.assertGreater(max(runs.values()), 1)

    def test_there_is_no_report_of_less_than_all(self):
        for parts, account, message in (
                (["log.json", "log.json"], "account", "expected each part of the log once"),
                (["log.json", "no-log"], "account", "no-log: the file cannot be read"),
                (["log.json"], "no-account", "no-account")):
            done = self.replay(*parts, account=account)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertIn(message, done.stderr)


if __name__ == "__main__":
    # Those of the engine are not ours.
    unittest.main(warnings="ignore")
