"""The conformance vectors hold for the library and for the program, all of them; and the
loop that their README shows runs.

usage: vectors_python_test.py SOURCE_DIR API_ACCESS LIBRARY COMPILER [PRELOADED...]
The last ones are those of sanitized.py.
"""
import pathlib
import re
import subprocess
import sys

import sanitized

source_dir, api_access, library, *compiler = sys.argv[1:]
vectors = pathlib.Path(source_dir) / "tests/vectors"
written = {path.name: len(path.read_text().splitlines())
           for path in vectors.glob("*.jsonl") if path.name != "accounts.jsonl"}
assert len(written) == 10 and sum(written.values()) > 3000, written


def run(*arguments, environment):
    ran = subprocess.run([sys.executable, *arguments], text=True, stdout=subprocess.PIPE,
                         env=environment)
    if ran.returncode:
        sys.exit(ran.stdout or ran.returncode)
    return ran.stdout


sanitized_environment = sanitized.environment(*compiler)
subjects = [("library", library, sanitized_environment), ("program", api_access, None)]
# A thousand processes take too long where they are sanitized.
for subject, path, environment in subjects[:1] if len(compiler) > 1 else subjects:
    output = run(vectors / "run_vectors.py", subject, path, environment=environment)
    ran = {name: int(count) for name, count in
           re.findall("^(.*): ([0-9]+) rows$", output, re.MULTILINE)}
    assert ran == written, output

readme = (vectors / "README.md").read_text()
loop, = re.findall("```python\n(.*?)```", readme, re.DOTALL)
run("-c", loop, library, vectors, environment=sanitized_environment)
