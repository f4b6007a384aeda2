"""Medians of alternating measurements, so that noise of the machine meets both sides alike."""

import statistics
import time
from collections.abc import Callable, Mapping


def median_times(
    ways: Mapping[str, Callable[[], object]], repeats: int, warm_ups: int = 2
) -> dict[str, float]:
    """Median milliseconds of each way, each measured ``repeats`` times, in turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for repeat in range(warm_ups + repeats):
        for name, way in ways.items():
            start_s = time.perf_counter()
            way()
            duration_ms = 1000 * (time.perf_counter() - start_s)
            if repeat >= warm_ups:
                times[name].append(duration_ms)
    return {name: statistics.median(durations) for name, durations in times.items()}
