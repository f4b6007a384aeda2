"""What the environment switches on or off, for the owner of a server."""

import os

from mnist_demo.errors import SettingError

RETRAINING = "MNIST_DEMO_RETRAINING"
DEFAULT_VERSION = "MNIST_DEMO_DEFAULT_VERSION"
ON, OFF = ("on", "1", "true", "yes"), ("off", "0", "false", "no")


def is_on(variable: str) -> bool:
    """Whether it is on, as it is where nothing is said; SettingError for what is neither."""
    value = os.environ.get(variable, "").strip()
    if value.lower() in OFF:
        return False
    if value and value.lower() not in ON:
        raise SettingError(
            "{variable} must be on or off, not {value}.", variable=variable, value=repr(value)
        )
    return True


def check_settings() -> None:
    """Raise SettingError, in one sentence, where a switch is neither on nor off."""
    for variable in (RETRAINING, DEFAULT_VERSION):
        is_on(variable)
