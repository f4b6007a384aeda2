"""Settings in the environment: the usual words, a public server, sentences on nonsense."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from mnist_demo.app.runtime.settings import (
    DEFAULT_VERSION,
    FRAMING_SITES,
    IDLE_MINUTES,
    JOBS,
    METRICS,
    ON_PUBLIC_SERVER,
    PUBLIC,
    RETRAINING,
    UPLOADS,
    VISITORS,
    Settings,
    read_settings,
)
from mnist_demo.errors import SettingError
from mnist_demo.paths import PROJECT


@pytest.mark.parametrize("value", ["off", "OFF", " off", "0", "false", "no"])
def test_the_usual_words_turn_it_off(value: str) -> None:
    assert not read_settings({RETRAINING: value}).may_train


@pytest.mark.parametrize("value", ["", "on", "On ", "1", "true", "yes"])
def test_the_usual_words_and_none_leave_it_on(value: str) -> None:
    assert read_settings({RETRAINING: value}).may_train


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, Settings()),
        ({PUBLIC: "off"}, Settings()),
        ({PUBLIC: "on"}, ON_PUBLIC_SERVER),
        ({PUBLIC: "on", VISITORS: " "}, ON_PUBLIC_SERVER),
        ({PUBLIC: "on", RETRAINING: "on"}, replace(ON_PUBLIC_SERVER, may_train=True)),
        ({PUBLIC: "on", DEFAULT_VERSION: "on"}, replace(ON_PUBLIC_SERVER, may_set_default=True)),
        ({PUBLIC: "on", JOBS: "8"}, replace(ON_PUBLIC_SERVER, most_jobs=8)),
        ({PUBLIC: "on", VISITORS: "30"}, replace(ON_PUBLIC_SERVER, most_visitors=30)),
        ({PUBLIC: "on", VISITORS: "off"}, replace(ON_PUBLIC_SERVER, most_visitors=None)),
        ({PUBLIC: "on", IDLE_MINUTES: "off"}, replace(ON_PUBLIC_SERVER, idle_minutes=None)),
        ({IDLE_MINUTES: "5"}, Settings(idle_minutes=5)),
        ({UPLOADS: "40"}, Settings(upload_megabytes=40)),
        ({METRICS: "off"}, Settings()),
        ({METRICS: "127.0.0.1:9100"}, Settings(metrics=("127.0.0.1", 9100))),
        ({METRICS: "[::1]:9100"}, Settings(metrics=("::1", 9100))),
        (
            {FRAMING_SITES: "https://school.example http://localhost:8000"},
            Settings(framing_sites=("https://school.example", "http://localhost:8000")),
        ),
    ],
)
def test_one_setting_has_all_limits_and_each_alone_wins(
    environment: dict[str, str], expected: Settings
) -> None:
    assert read_settings(environment) == expected


def test_a_public_server_has_no_fewer_limits_than_another() -> None:
    usual, public = Settings(), ON_PUBLIC_SERVER
    assert not public.may_train
    assert not public.may_set_default
    assert public.most_jobs <= usual.most_jobs
    assert public.upload_megabytes < usual.upload_megabytes
    assert None not in (public.most_visitors, public.idle_minutes)
    assert public.metrics is None


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        (PUBLIC, "perhaps", "must be on or off, not 'perhaps'"),
        (RETRAINING, "perhaps", "must be on or off, not 'perhaps'"),
        (JOBS, "0", "must be a whole number from 1 to 999999, not '0'"),
        (JOBS, "off", "must be a whole number from 1 to 999999, not 'off'"),
        (VISITORS, "-1", "must be a whole number from 1 to 999999, not '-1'"),
        (VISITORS, "٣", "must be a whole number from 1 to 999999, not '٣'"),
        (IDLE_MINUTES, "2.5", "must be a whole number from 1 to 999999, not '2.5'"),
        (UPLOADS, "1000000", "must be a whole number from 1 to 999999, not '1000000'"),
        (METRICS, "on", "must be an address and a port, like 127.0.0.1:9100, not 'on'"),
        (METRICS, "localhost:70000", "must be an address and a port"),
        (FRAMING_SITES, "school.example", "must name sites, like https"),
        (FRAMING_SITES, "*", "must name sites, like https"),
        (FRAMING_SITES, "https://a;script-src", "must name sites, like https"),
        (FRAMING_SITES, "'none'", "must name sites, like https"),
    ],
)
def test_nonsense_is_an_error(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingError, match=f"{variable} {sentence}"):
        read_settings({variable: value})


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


def test_the_server_has_the_limits_that_are_set() -> None:
    program = "from streamlit_app import app; print(*(one.args for one in app._user_middleware))"
    environment = os.environ | {
        PUBLIC: "on",
        VISITORS: "7",
        FRAMING_SITES: "https://school.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "(('https://school.example',),) (7, 1800.0)"
