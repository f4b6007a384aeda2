"""The network as one picture, which moves with the pen, and what a visitor hides in it."""

import re
from collections.abc import Iterable
from typing import Any

from mnist_demo.app.components.checks import (
    is_dict_of,
    is_flag,
    is_index,
    is_list_of,
    is_name,
    is_none_or,
)
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.runtime.runs import renew
from mnist_demo.app.session import PICTURE_CHOICE, PLACE, STAGE, report_of
from mnist_demo.figures.pixels import Scaling
from mnist_demo.language import _
from mnist_demo.reading.reading import LayerInfo

PICTURE = "network-picture"
OPENED = re.compile(r"([\w.-]{1,100})(?:,(\d{1,5}),(\d{1,5}),(\d{1,5}))?", re.ASCII)
AT = ("channel", "y", "x")
MOST_AT = 100_000  # as in an address
IS_AT = is_none_or(is_dict_of(dict.fromkeys(AT, is_index(MOST_AT))))
IS_OPENED = is_none_or(is_dict_of({"layer": is_name, "at": IS_AT}))
IS_CHOICE = is_dict_of({"hidden": is_list_of(is_name), "isPerMap": is_flag, "opened": IS_OPENED})

_show_picture = make_component(
    "components/picture/picture.js", html="<div class='network-picture'></div>"
)


def show_picture() -> None:
    """All layers of the network that the live answer comes from."""
    checks = {"choice": IS_CHOICE}
    _show_picture(data=_get_choice(), key=PICTURE, checks=checks, on_choice_change=_remember_choice)


def _get_choice() -> dict[str, Any]:
    """What this visitor has chosen.

    ``hidden`` layers; ``isPerMap``, whether each map has colours of its own; and what is
    ``opened``: None, or a ``layer`` and ``at``, which is None or has ``channel``, ``y`` and ``x``.
    """
    return dict(PICTURE_CHOICE.get())


def _remember_choice() -> None:
    PICTURE_CHOICE.set(report_of(PICTURE).get()["choice"])
    renew(STAGE, PLACE)  # the address tells what is hidden


def get_hidden_layers() -> tuple[str, ...]:
    """Names of the layers that this visitor has switched off, of any network."""
    return tuple(_get_choice()["hidden"])


def hide_layers(names: Iterable[str]) -> None:
    """Switch off these layers, and no others."""
    PICTURE_CHOICE.set(_get_choice() | {"hidden": list(names)})


def describe_opened() -> str:
    """What is opened, for an address: a layer, or layer, channel, y and x; nothing is empty."""
    opened = _get_choice()["opened"]
    if opened is None:
        return ""
    at = opened["at"] or {}
    return ",".join([opened["layer"], *(str(at[name]) for name in AT if at)])


def open_described(text: str) -> str:
    """Open what `describe_opened` described; a sentence where it describes nothing."""
    if not text:
        return ""
    found = OPENED.fullmatch(text)
    if found is None:
        return _("This address is damaged: what it should open in the picture is unclear.")
    layer, *numbers = found.groups()
    at = {name: int(number) for name, number in zip(AT, numbers, strict=True) if number}
    PICTURE_CHOICE.set(_get_choice() | {"opened": {"layer": layer, "at": at or None}})
    return ""


def find_shown_layers(layers: Iterable[LayerInfo]) -> list[LayerInfo]:
    """Layers that are on, in their order."""
    hidden = get_hidden_layers()
    return [layer for layer in layers if layer.name not in hidden]


def find_scaling() -> Scaling:
    """How colours are spread."""
    return "map" if _get_choice()["isPerMap"] else "layer"
