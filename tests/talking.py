"""A Python program that answers each line with a line."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from mnist_demo.paths import PROJECT


@contextmanager
def talk_to(program: str, *arguments: str) -> Iterator[Callable[[str], str]]:
    """Function that tells ``program``, its source, a line and gives its answer."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    ) as process:
        assert process.stdin
        assert process.stdout
        stdin, stdout = process.stdin, process.stdout

        def ask(line: str) -> str:
            stdin.write(f"{line}\n")
            stdin.flush()
            return stdout.readline()

        yield ask
        stdin.close()
