"""Files that are there as a whole or not at all, whoever else writes them at the same time."""

import uuid
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write beside ``path`` and move it there in one step; OSError where the disk refuses."""
    half_written = path.with_name(f".{uuid.uuid4().hex}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half_written.write_bytes(content)
        half_written.replace(path)
    finally:
        half_written.unlink(missing_ok=True)
