"""How soon a training begins and ends: in a new process, in a warm one, in the tutorial's way."""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from os import environ

from mnist_demo.versions.store import MODELS_FOLDER_VARIABLE

PROGRAM = [sys.executable, "-m", "mnist_demo.training"]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.start", description=__doc__)
    parser.add_argument("--network", default="three-layer")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    arguments = ["--network", options.network, "--recipe", "fast", "--candidate", "--json"]
    with tempfile.TemporaryDirectory() as folder:
        environment = environ | {MODELS_FOLDER_VARIABLE: folder}
        times, tutorial_s = [], []
        for _ in range(options.repeats):
            times.append([start(arguments, environment, is_warm) for is_warm in (False, True)])
            tutorial_s.append(run_tutorial(options.network))
    for way, measured in zip(
        ("new process", "warm process"), zip(*times, strict=True), strict=True
    ):
        first_s, last_s = (statistics.median(values) for values in zip(*measured, strict=True))
        print(f"{way:12} first report after {first_s:.2f} s, finished after {last_s:.2f} s")
    print(f"the tutorial's way as a program: {statistics.median(tutorial_s):.2f} s")


def run_tutorial(network: str) -> float:
    """Seconds from the start of the program to its end."""
    start_s = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.tutorials", network]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start_s


def start(arguments: list[str], environment: dict[str, str], is_warm: bool) -> tuple[float, float]:
    """Seconds from the start to the first report of progress, and to the version."""
    command = [*PROGRAM, "--wait"] if is_warm else [*PROGRAM, *arguments]
    times: dict[str, float] = {}
    start_s = time.perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin
        assert process.stdout
        if is_warm:
            process.stdout.readline()  # that it is ready
            start_s = time.perf_counter()
            process.stdin.write(json.dumps(arguments) + "\n")
            process.stdin.flush()
        for line in process.stdout:
            event = json.loads(line)["event"]
            times.setdefault(event, time.perf_counter() - start_s)
    return times["progress"], times["finished"]


if __name__ == "__main__":
    main()
