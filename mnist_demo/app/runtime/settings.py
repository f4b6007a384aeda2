"""What the owner of a server has set in the environment: read once, when the server starts."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from mnist_demo.errors import SettingError

PUBLIC = "MNIST_DEMO_PUBLIC"
RETRAINING = "MNIST_DEMO_RETRAINING"
DEFAULT_VERSION = "MNIST_DEMO_DEFAULT_VERSION"
JOBS = "MNIST_DEMO_JOBS"
VISITORS = "MNIST_DEMO_VISITORS"
IDLE_MINUTES = "MNIST_DEMO_IDLE_MINUTES"
UPLOADS = "MNIST_DEMO_UPLOADS"
FRAMING_SITES = "MNIST_DEMO_FRAMING_SITES"
METRICS = "MNIST_DEMO_METRICS"
ON, OFF = ("on", "1", "true", "yes"), ("off", "0", "false", "no")
NUMBER = re.compile(r"[1-9]\d{0,5}", re.ASCII)
SITE = re.compile(r"https?://[a-z0-9*.-]+(:\d{1,5})?", re.IGNORECASE)
ENDPOINT = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9.-]+):(\d{1,5})", re.IGNORECASE)


@dataclass(frozen=True)
class Settings:
    """What a server allows its visitors, and what it tells its owner; None is no limit.

    ``metrics`` is the address and the port that serve metrics, if any does.
    """

    may_train: bool = True
    may_set_default: bool = True
    most_jobs: int = 2
    most_visitors: int | None = None
    idle_minutes: int | None = None
    upload_megabytes: int = 80
    framing_sites: tuple[str, ...] = ()
    metrics: tuple[str, int] | None = None

    @property
    def idle_s(self) -> float | None:
        """Seconds for which a page may be idle."""
        return None if self.idle_minutes is None else 60.0 * self.idle_minutes


ON_PUBLIC_SERVER = Settings(
    may_train=False,
    may_set_default=False,
    most_visitors=100,
    idle_minutes=30,
    upload_megabytes=20,
)


@cache
def get_settings() -> Settings:
    """Settings of this server; SettingError, in one sentence, where one makes no sense."""
    return read_settings(os.environ)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings by the variables of ``environment``; `PUBLIC` decides where another says nothing."""
    given = {name: text for name, value in environment.items() if (text := value.strip())}
    usual = ON_PUBLIC_SERVER if _read_switch(given, PUBLIC, False) else Settings()
    return Settings(
        may_train=_read_switch(given, RETRAINING, usual.may_train),
        may_set_default=_read_switch(given, DEFAULT_VERSION, usual.may_set_default),
        most_jobs=_read_number(given, JOBS, usual.most_jobs),
        most_visitors=_read_limit(given, VISITORS, usual.most_visitors),
        idle_minutes=_read_limit(given, IDLE_MINUTES, usual.idle_minutes),
        upload_megabytes=_read_number(given, UPLOADS, usual.upload_megabytes),
        framing_sites=_read_sites(given),
        metrics=_read_endpoint(given),
    )


def _read_switch(given: Mapping[str, str], variable: str, usual: bool) -> bool:
    value = given.get(variable)
    if value is None:
        return usual
    if value.lower() not in (*ON, *OFF):
        raise SettingError(
            "{variable} must be on or off, not {value}.", variable=variable, value=repr(value)
        )
    return value.lower() in ON


def _read_limit(given: Mapping[str, str], variable: str, usual: int | None) -> int | None:
    value = given.get(variable)
    if value is None:
        return usual
    return None if value.lower() in OFF else _read_number(given, variable, 0)


def _read_number(given: Mapping[str, str], variable: str, usual: int) -> int:
    value = given.get(variable)
    if value is None:
        return usual
    if not NUMBER.fullmatch(value):
        raise SettingError(
            "{variable} must be a whole number from 1 to 999999, not {value}.",
            variable=variable,
            value=repr(value),
        )
    return int(value)


def _read_sites(given: Mapping[str, str]) -> tuple[str, ...]:
    sites = tuple(given.get(FRAMING_SITES, "").split())
    for site in sites:
        if not SITE.fullmatch(site):
            raise SettingError(
                "{variable} must name sites, like https://school.example, not {value}.",
                variable=FRAMING_SITES,
                value=repr(site),
            )
    return sites


def _read_endpoint(given: Mapping[str, str]) -> tuple[str, int] | None:
    value = given.get(METRICS)
    if value is None or value.lower() in OFF:
        return None
    found = ENDPOINT.fullmatch(value)
    if found is None or not 0 < int(found[2]) < 2**16:
        raise SettingError(
            "{variable} must be an address and a port, like 127.0.0.1:9100, not {value}.",
            variable=METRICS,
            value=repr(value),
        )
    return found[1].strip("[]"), int(found[2])
