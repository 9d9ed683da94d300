"""Python that loads a library which may be sanitized."""
import os
import subprocess


def environment(compiler, *preloaded):
    """That in which the interpreter has to run. `preloaded` are the names of libraries
    of `compiler` that a sanitized library needs from the start."""
    variables = dict(os.environ)
    if preloaded:
        paths = [subprocess.run([compiler, f"-print-file-name={name}"], text=True,
                                stdout=subprocess.PIPE, check=True).stdout.strip()
                 for name in preloaded]
        variables |= {
            "LD_PRELOAD": " ".join(paths),
            # The interpreter leaves memory behind.
            "ASAN_OPTIONS": "detect_leaks=0",
            # With an allocator of its own, reads past the end of its texts are not
            # seen.
            "PYTHONMALLOC": "malloc",
        }
    return variables
