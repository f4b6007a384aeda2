"""Chromium for tests and benchmarks: the machine's own, or one that Playwright brings.

The one without windows comes first: the same engine, which opens a page in 0.6 of the CPU time.

``python -m benchmarks.chromium`` installs one where there is none.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find_chromium() -> str | None:
    """Path of Chromium: what CHROMIUM names, the machine's own, Playwright's, or None."""
    named = os.environ.get("CHROMIUM")
    own = next(filter(None, map(shutil.which, NAMES)), None)
    if named or own:
        return named or own
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


@contextlib.contextmanager
def launch_chromium(debugging_port: int | None = None) -> Iterator[Browser]:
    """Chromium without a window; RuntimeError where there is none.

    Somebody else may steer it, too, through ``debugging_port``.
    """
    path = find_chromium()
    if path is None:
        raise RuntimeError("There is no Chromium: run `make browser`, or name one in CHROMIUM.")
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = ["--no-sandbox"] if is_root else []
    if debugging_port is not None:
        arguments.append(f"--remote-debugging-port={debugging_port}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


def install_chromium() -> None:
    """Let Playwright bring Chromium, or else Debian's packages."""
    with_playwright = [sys.executable, "-m", "playwright", "install", "--with-deps", "chromium"]
    if subprocess.call(with_playwright) == 0:
        return
    subprocess.check_call(["apt-get", "update"])
    subprocess.check_call(["apt-get", "install", "-y", "--no-install-recommends", NAMES[0]])


if __name__ == "__main__":
    if find_chromium() is None:
        install_chromium()
