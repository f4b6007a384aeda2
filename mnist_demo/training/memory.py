"""How much memory a training may take: no choice of a visitor's is to exhaust the machine."""

import os
from pathlib import Path

FRACTION = 0.5  # of the machine's, as the server needs some, too
LEAST_BYTES = 2_000_000_000
BASE_BYTES = 1_500_000_000  # TensorFlow, and the training images in all the forms that they take
BYTES_PER_IMAGE = 500_000  # of a batch: activations and gradients of the largest lesson
LARGEST_BATCH = 10_000
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
UNKNOWN_BYTES = 8_000_000_000  # where a system does not tell


def count_bytes() -> int:
    """Memory of this machine, or of the container that this runs in, in bytes."""
    if not hasattr(os, "sysconf"):
        return UNKNOWN_BYTES
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(physical, int(CGROUP_LIMIT.read_text()))
    except (OSError, ValueError):  # no container's, or "max"
        return physical


def find_limit() -> int:
    """Bytes that a training may take here."""
    return max(LEAST_BYTES, int(FRACTION * count_bytes()))


def find_largest_batch() -> int:
    """Images in the largest batch that fits, in round hundreds."""
    images = (find_limit() - BASE_BYTES) // BYTES_PER_IMAGE
    return min(LARGEST_BATCH, images // 100 * 100)


def limit_memory() -> None:
    """Let this process take no more than `find_limit`: what asks for more gets MemoryError."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    limit = find_limit()
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
