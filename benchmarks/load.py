"""How a server bears many visitors, each with a stroke a second; all on this machine.

Prints a row for each number of visitors: how long a stroke waits for its answer, and what it costs
the server. With --soak or --visits it says whether the server's memory grows instead.
"""

import argparse
import asyncio
import contextlib
import ipaddress
import itertools
import math
import random
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import numpy as np
import psutil

from benchmarks.browser import APPS, serve
from benchmarks.page import Report, make_drawings
from benchmarks.visitors import DroppedError, Tally, Visitor, come

DRAWINGS = 3  # of each visitor, in turns
WARM_UP_VISITORS, WARM_UP_S = 5, 8.0
BEGINNING_S = 10.0  # in which all take up the pen
IDLE_S = 3.0
SOAKING, STAYS_S = 50, (30.0, 120.0)
VISITING = 4  # short visits at once
VISITS_STEP = 100
ONE_STROKE_S = 0.5
TOLERANCE = 0.1  # memory has grown if it is more than this above what it was
MB = 2**20
TROUBLE = re.compile(r"Traceback|^(ERROR|CRITICAL)\b")
HEADINGS = (
    "app", "visitors", "median", "95 %", "to one", "CPU", "memory", "answered", "dropped", "anew",
    "lost", "client",
)  # fmt: skip
WIDTHS = (5, 9, 10, 10, 7, 9, 9, 13, 8, 5, 5, 7)
LEGEND = """\
A stroke's answer: median, 95th percentile, and that against the first row's. The servers' CPU for a
stroke and memory for a visitor. Strokes answered of those sent, visitors dropped, connections cut
and made anew, readings that could not be fetched, and the CPU of the visitors themselves."""


@dataclass(frozen=True)
class Servers:
    """Where the app is, and the processes whose CPU and memory count; the log of our own."""

    addresses: Sequence[str]
    processes: Sequence[psutil.Process]
    log: Path | None = None

    @property
    def cpu_s(self) -> float:
        """Seconds that they have computed so far."""
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)

    @property
    def memory_mb(self) -> float:
        """Memory that is theirs alone (USS)."""
        return float(sum(one.memory_full_info().uss for one in self.processes)) / MB


@dataclass(frozen=True)
class Load:
    """What so many visitors have met with, and what they cost."""

    visitors: int
    tally: Tally
    stroke_cpu_ms: float
    visitor_mb: float
    client_cpu: float  # fraction of a processor

    @property
    def percentiles_ms(self) -> tuple[float, float]:
        """Median and 95th percentile from a stroke to its answer."""
        return find_percentiles_ms(self.tally.latencies_s)


def main() -> None:
    options = parse()
    if options.soak is None and options.visits is None:
        measure_all(options)
        return
    with open_servers(options.at, options.pid) as servers:
        watching = soak(servers, options.soak) if options.soak else count(servers, options.visits)
        asyncio.run(watching)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 20, 50, 100])
    parser.add_argument("--seconds", type=float, default=60.0, help="that they draw")
    memory = parser.add_mutually_exclusive_group()
    memory.add_argument(
        "--soak", type=float, metavar="MINUTES", help=f"{SOAKING} come and go; 20 or more"
    )
    memory.add_argument("--visits", type=int, help="so many short ones, with one stroke each")
    servers = parser.add_mutually_exclusive_group()
    servers.add_argument("--bare", action="store_true", help="measure a bare canvas app, too")
    servers.add_argument(
        "--at",
        type=check_address,
        nargs="+",
        metavar="ADDRESS",
        help="servers of this machine that run already, instead of one of our own",
    )
    parser.add_argument(
        "--pid", type=int, nargs="+", default=[], help="their processes, for CPU and memory"
    )
    return parser.parse_args()


def check_address(text: str) -> str:
    """The address of a server without the slash at its end, if it is one of this machine."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    with contextlib.suppress(ValueError):
        if parts.scheme == "http" and (
            host == "localhost" or ipaddress.ip_address(host).is_loopback
        ):
            return text.rstrip("/")
    raise argparse.ArgumentTypeError(
        f"{text} is not on this machine: name an address such as http://localhost:8501."
    )


@contextlib.contextmanager
def open_servers(
    addresses: Sequence[str] | None, pids: Sequence[int], app: str = "ours"
) -> Iterator[Servers]:
    """The servers at ``addresses``, or one of our own."""
    if addresses:
        yield Servers(addresses, [psutil.Process(pid) for pid in pids])
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with path.open("wb") as log, serve(APPS[app], log=log) as server:
            address = f"http://localhost:{server.port}"
            yield Servers([address], [psutil.Process(server.pid)], path)


def measure_all(options: argparse.Namespace) -> None:
    """Print a row for each number of visitors; a server of our own is a new one each time."""
    print(LEGEND)
    print_row(HEADINGS)
    for app in ("ours", "bare") if options.bare else ("ours",):
        first: Load | None = None
        for visitors in options.visitors:
            with open_servers(options.at, options.pid, app) as servers:
                load = asyncio.run(measure(servers, visitors, options.seconds))
            first = first or load
            print_row([app, *describe(load, first)])


def print_row(cells: Sequence[str]) -> None:
    print(
        "".join(f"{cell:>{width}}" for cell, width in zip(cells, WIDTHS, strict=True)), flush=True
    )


def describe(load: Load, first: Load) -> list[str]:
    """Cells of a row, from the number of visitors on."""
    median_ms, late_ms = load.percentiles_ms
    tally = load.tally
    return [
        f"{load.visitors}",
        f"{median_ms:.0f} ms",
        f"{late_ms:.0f} ms",
        f"{late_ms / first.percentiles_ms[1]:.1f}",
        f"{load.stroke_cpu_ms:.1f} ms",
        f"{load.visitor_mb:.1f} MB",
        f"{tally.answered}/{tally.sent}",
        f"{tally.dropped}",
        f"{tally.reconnections}",
        f"{tally.lost_readings}",
        f"{load.client_cpu:.0%}",
    ]


def find_percentiles_ms(latencies_s: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds; NaN where there is nothing."""
    if not latencies_s:
        return math.nan, math.nan
    median_s, late_s = np.percentile(latencies_s, [50, 95])
    return 1000 * float(median_s), 1000 * float(late_s)


async def measure(servers: Servers, visitors: int, duration_s: float) -> Load:
    """So many visitors at once, each with a stroke a second, who begin within ten."""
    drawings = [make_drawings(DRAWINGS, seed) for seed in range(visitors)]
    rng = random.Random(visitors)
    await warm_up(servers)
    memory_mb, tally = servers.memory_mb, Tally()
    async with contextlib.AsyncExitStack() as stack:
        addresses = itertools.islice(itertools.cycle(servers.addresses), visitors)
        crowd = [await stack.enter_async_context(come(one, tally)) for one in addresses]
        idle_cpu_s = servers.cpu_s
        await asyncio.sleep(IDLE_S)
        idle_cpu_s = (servers.cpu_s - idle_cpu_s) / IDLE_S
        start_s, cpu_s, client_cpu_s = time.monotonic(), servers.cpu_s, time.process_time()
        await asyncio.gather(
            *(
                draw_from(rng.uniform(0, BEGINNING_S), visitor, some, duration_s)
                for visitor, some in zip(crowd, drawings, strict=True)
            )
        )
        took_s = time.monotonic() - start_s
        cpu_s = servers.cpu_s - cpu_s - idle_cpu_s * took_s
        return Load(
            visitors,
            tally,
            stroke_cpu_ms=1000 * cpu_s / max(tally.answered, 1),
            visitor_mb=(servers.memory_mb - memory_mb) / visitors,
            client_cpu=(time.process_time() - client_cpu_s) / took_s,
        )


async def draw_from(
    start_s: float, visitor: Visitor, drawings: list[list[Report]], duration_s: float
) -> None:
    await asyncio.sleep(start_s)
    await visitor.draw(drawings, duration_s)


async def warm_up(servers: Servers) -> None:
    """A few visitors at each, so that everything is loaded, and threads have their memory."""
    some = [make_drawings(1, seed) for seed in range(WARM_UP_VISITORS)]
    await asyncio.gather(
        *(
            visit(address, drawings, WARM_UP_S, Tally())
            for address, drawings in itertools.product(servers.addresses, some)
        )
    )


async def visit(
    address: str, drawings: list[list[Report]], duration_s: float, tally: Tally
) -> None:
    """Come, draw for so long, and leave."""
    try:
        async with come(address, tally) as visitor:
            await visitor.draw(drawings, duration_s)
    except (DroppedError, aiohttp.ClientError, TimeoutError):
        tally.dropped += 1


async def soak(servers: Servers, duration_min: float) -> None:
    """Print the memory every minute while visitors come and go, and whether it has grown."""
    await warm_up(servers)
    tally, memory_mb = Tally(), [servers.memory_mb]
    end_s = time.monotonic() + 60 * duration_min
    async with asyncio.TaskGroup() as seats:
        for number in range(SOAKING):
            address = servers.addresses[number % len(servers.addresses)]
            seats.create_task(take_seat(address, number, end_s, tally))
        while time.monotonic() < end_s:
            await asyncio.sleep(60)
            memory_mb.append(servers.memory_mb)
            minutes = len(memory_mb) - 1
            print(f"{minutes:4} min {memory_mb[-1]:6.0f} MB", flush=True)
    print_growth(find_growth(memory_mb), "the second quarter of the time", "in the last")
    print_trouble(servers, tally)


async def take_seat(address: str, number: int, end_s: float, tally: Tally) -> None:
    """One visitor after another, each of whom stays for a while."""
    rng = random.Random(number)
    while (left_s := end_s - time.monotonic()) > 0:
        drawings = make_drawings(DRAWINGS, rng.randrange(2**32))
        await visit(address, drawings, min(rng.uniform(*STAYS_S), left_s), tally)


def find_growth(memory_mb: Sequence[float]) -> float:
    """By which fraction the last quarter's median is above that of the second.

    In the first quarter caches fill.
    """
    quarter = max(len(memory_mb) // 4, 1)
    before = statistics.median(memory_mb[quarter : 2 * quarter])
    return statistics.median(memory_mb[-quarter:]) / before - 1


async def count(servers: Servers, visits: int) -> None:
    """Print the memory as visitors come, draw a stroke and leave, and whether it has grown."""
    await warm_up(servers)
    tally, memory_mb = Tally(), []
    for done in range(0, visits, VISITS_STEP):
        drawings = make_drawings(VISITS_STEP, seed=done)
        await asyncio.gather(
            *(visit_all(servers, drawings[i::VISITING], tally) for i in range(VISITING))
        )
        memory_mb.append(servers.memory_mb)
        print(f"{done + VISITS_STEP:5} visits {memory_mb[-1]:6.0f} MB", flush=True)
    print_growth(memory_mb[-1] / memory_mb[0] - 1, f"{VISITS_STEP} visits", f"after {visits}")
    print_trouble(servers, tally)


async def visit_all(servers: Servers, drawings: list[list[Report]], tally: Tally) -> None:
    """One short visit for each drawing, one after another, spread over the servers."""
    for drawing, address in zip(drawings, itertools.cycle(servers.addresses), strict=False):
        await visit(address, [drawing], ONE_STROKE_S, tally)


def print_growth(growth: float, before: str, after: str) -> None:
    verdict = "has grown" if growth > TOLERANCE else "has not grown"
    print(f"Memory {verdict}: {growth:+.1%} against {before}, {after}.")


def print_trouble(servers: Servers, tally: Tally) -> None:
    """Strokes and what has gone wrong."""
    print(
        f"{tally.answered} of {tally.sent} strokes answered, {tally.dropped} visitors dropped, "
        f"{tally.reconnections} connections made anew."
    )
    if servers.log:
        lines = servers.log.read_text(errors="replace").splitlines()
        trouble = sum(bool(TROUBLE.search(line)) for line in lines)
        print(f"{trouble} errors in the server's log.")


if __name__ == "__main__":
    main()
