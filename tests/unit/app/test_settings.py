"""Switches in the environment: the usual words, and a sentence for all others."""

import os
import subprocess
import sys

import pytest

from mnist_demo.app.runtime.settings import RETRAINING, check_settings, is_on
from mnist_demo.errors import SettingError
from mnist_demo.paths import PROJECT


@pytest.mark.parametrize("value", ["off", "OFF", " off", "0", "false", "no"])
def test_the_usual_words_turn_it_off(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RETRAINING, value)
    assert not is_on(RETRAINING)


@pytest.mark.parametrize("value", ["", "on", "On ", "1", "true", "yes"])
def test_the_usual_words_and_none_leave_it_on(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RETRAINING, value)
    assert is_on(RETRAINING)


def test_what_is_neither_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(RETRAINING, "perhaps")
    with pytest.raises(SettingError, match="must be on or off, not 'perhaps'"):
        check_settings()


def test_it_stops_the_start_with_a_sentence() -> None:
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port=0"]
    environment = os.environ | {RETRAINING: "perhaps"}
    done = subprocess.run(
        command,
        check=False,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 1
    assert f"{RETRAINING} must be on or off, not 'perhaps'." in done.stderr
    assert "Traceback" not in done.stderr
