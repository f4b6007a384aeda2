"""What is one visitor's alone, and that nothing of it stays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mnist_demo.paths import PROJECT

SERVER = """
import sys, time
from mnist_demo.app.runtime import own
from mnist_demo.training.process import Job
mine = own.Own(own._find_folder("mine"), Job(own.get_turns()))
mine.folder.mkdir()
mine.job.enqueue("sleeping", [], "Teaching")
while mine.job.status.state != "running":
    time.sleep(0.01)
print(mine.job._process.pid, mine.folder)
"""


def test_a_server_that_stops_ends_it_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "sleeping.py").write_text(f"open({str(tmp_path / 'pipe')!r}).read()\n")
    program = [sys.executable, "-W", "ignore", "-c", SERVER]
    result = subprocess.run(program, check=True, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    pid, folder = result.stdout.split()
    assert not Path(folder).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)
