"""Results that took long are found again by all that they were made from, and may be lost."""

import os
from pathlib import Path

import pytest

from mnist_demo.versions import cache as module
from mnist_demo.versions.cache import Cache


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "caches" / "maps")


def test_content_is_found_by_its_whole_key(cache: Cache) -> None:
    assert cache.read("1", "version") is None
    cache.write(b"map", "1", "version")
    cache.write(b"other", "2", "version")
    assert cache.read("1", "version") == b"map"
    assert cache.read("2", "version") == b"other"
    assert cache.read("1") is None


def test_writing_again_replaces_what_was_there(cache: Cache) -> None:
    for content in (b"damaged", b"map"):
        cache.write(content, "1")
    assert cache.read("1") == b"map"


def test_the_oldest_are_forgotten(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    for number in range(3):
        cache.write(b"map", str(number))
        for path in (tmp_path / "caches" / "maps").iterdir():
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - 10**9))
    assert [cache.read(str(number)) for number in range(3)] == [None, b"map", b"map"]


def test_a_disk_that_refuses_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where a folder should be")
    cache = Cache(tmp_path / "file" / "maps")
    cache.write(b"map", "1")
    assert cache.read("1") is None
