"""Replays parts of a call log on the workers of Dask, and prints one report.

The accounts and the parts are in folders that all workers see by the same names.
The exit status is that of api-access replay.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from distributed import Client, get_worker

REPLAY = ["api-access", "replay"]  # in the PATH of this host and of all workers


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scheduler", required=True, help="such as tcp://host:8786")
    parser.add_argument("--account", required=True, type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--ordinary", action="append", default=[])
    parser.add_argument("--format", choices=["text", "json"], default="text")
    parser.add_argument("--split", nargs=2, metavar=("N", "DIR"),
                        help="cut the logs into N parts in DIR, which is new")
    parser.add_argument("logs", nargs="+", type=Path,
                        help="the parts, if they are not to be cut")
    return parser.parse_args()


def summarize(command, part):
    """On a worker: what the part tells. A worker that is lost runs it elsewhere."""
    with tempfile.TemporaryDirectory(dir=get_worker().local_directory) as folder:
        summary = Path(folder) / "summary"
        done = subprocess.run([*command, "--summary", summary, part],
                              stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode not in (0, 1):
            message = done.stderr.decode(errors="replace").strip()
            raise RuntimeError(message or f"{part}: ended with {done.returncode}")
        return summary.read_bytes()


def main():
    arguments = parse_arguments()
    command = [*REPLAY, "--account", arguments.account.resolve()]
    if arguments.against:
        command += ["--against", arguments.against.resolve()]
    for method in arguments.ordinary:
        command += ["--ordinary", method]
    parts = arguments.logs
    if arguments.split:
        subprocess.run([*REPLAY, "--split", *arguments.split, *parts], check=True)
        parts = sorted(Path(arguments.split[1]).iterdir())
    with Client(arguments.scheduler) as client, \
            tempfile.TemporaryDirectory() as folder:
        # A run that ends in an error is tried again as often; one that is lost
        # with its worker does not count.
        summaries = client.gather(client.map(
            summarize, [command] * len(parts), [part.resolve() for part in parts],
            pure=False, retries=2))
        files = [Path(folder) / str(number) for number in range(len(parts))]
        for file, summary in zip(files, summaries):
            file.write_bytes(summary)
        return subprocess.run([*REPLAY, "--merge", "--format", arguments.format,
                               *files]).returncode


if __name__ == "__main__":
    try:
        status = main()
    except Exception as error:  # without a report; 1 would mean that calls break
        print(f"dask_replay.py: {error}", file=sys.stderr)
        status = 2
    sys.exit(status)
