"""What the app remembers of a visitor: every key of the session, and the type of its value.

A widget's value is here where something else than the widget reads or sets it.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import streamlit as st

if TYPE_CHECKING:  # these modules import this one
    from weakref import ref

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from mnist_demo.app.places.teach.corrections import Correction
    from mnist_demo.app.runtime.background import Place
    from mnist_demo.app.runtime.held import Held
    from mnist_demo.app.runtime.own_training import OwnTraining
    from mnist_demo.app.runtime.task import Task
    from mnist_demo.app.stage.canvas import Canvas

Value = TypeVar("Value")


@dataclass(frozen=True)
class Key(Generic[Value]):
    """A value of this visitor's, ``initial`` until something sets it."""

    name: str
    initial: Value

    def get(self) -> Value:
        """The value as it is now."""
        value: Value = st.session_state.get(self.name, self.initial)
        return value

    def set(self, value: Value) -> None:
        """Change it; a widget's only before the widget is shown, or in a callback."""
        st.session_state[self.name] = value

    def forget(self) -> None:
        """Let it be as it was at first."""
        st.session_state.pop(self.name, None)


STAGE, PLACE = "stage", "place"  # fragments: what a stroke changes, and nothing else

LEFT_ALONE = Key("left_alone", False)  # a stroke changes nothing on the place
CANVAS: Key["Canvas | None"] = Key("canvas", None)
BRUSH_WIDTH = Key("brush_width", 20)
HELD: Key["ref[Held] | None"] = Key("held", None)
LAST_PHOTO = Key("last_photo", "")
SHUFFLES = Key("shuffles", 0)
NETWORK: Key[str | None] = Key("network", None)
VERSION: Key[str | None] = Key("version", None)
HIDDEN_PARTS: Key[tuple[str, ...]] = Key("hidden_parts", ())
LANGUAGE: Key[str | None] = Key("language", None)
LAST_PLACE = Key("last_place", "")
ADDRESS: Key[dict[str, str]] = Key("address_parameters", {})
SEEN_ADDRESSES: Key[list[str]] = Key("seen_addresses", [])
LINK_NOTICE: Key[tuple[tuple[int, int] | None, str]] = Key("link_notice", (None, ""))
PICTURE_CHOICE: Key[dict[str, Any]] = Key(
    "network_picture_choice", {"hidden": [], "isPerMap": False, "opened": None}
)
OWN_TRAINING: Key["OwnTraining | None"] = Key("own_training", None)
WORK: Key["Task[Any] | None"] = Key("work", None)  # what this visitor began last
OWN = Key("own", "")  # names the folder of what is this visitor's alone, once there is one
CORRECTIONS: Key[tuple["Correction", ...]] = Key("corrections", ())
TAUGHT: Key[tuple["Correction", ...]] = Key("taught_corrections", ())
CHANGED_DRAWING = Key("change-drawing", "")
CHANGED_ALONG = Key("change-along", "rotation")


def report_of(component: str) -> Key[dict[str, Any]]:
    """What the component with this key has reported, from a name to its value."""
    return Key(component, {})


def source_is_open(source: str) -> Key[bool]:
    """Whether this source of a drawing is open."""
    return Key(source, False)


def section_of(parameter: str) -> Key[str | None]:
    """Section that is shown, of the place whose sections are this parameter of the address."""
    return Key(parameter, None)


def amount_of(adjustment: str) -> Key[float]:
    """How much of an adjustment is asked for."""
    return Key(f"change-{adjustment}", 0.0)


def work_of(key: str) -> Key["tuple[Hashable, Place[Any]] | None"]:
    """A question, and where the work on it is."""
    return Key(f"work-{key}", None)


def recipe_of(network: str) -> Key[str | None]:
    """Recipe that a training of the network is to follow."""
    return Key(f"recipe-{network}", None)


def images_of(network: str) -> Key[str | None]:
    """Data set that it is to learn from."""
    return Key(f"images-{network}", None)


def drawings_of(network: str) -> Key["UploadedFile | None"]:
    """File of drawings that it is to learn from."""
    return Key(f"drawings-{network}", None)


def number_of(network: str, recipe: str, number: str) -> Key[float | str | None]:
    """A number of the recipe, as it was changed."""
    return Key(f"{network}-{recipe}-{number}", None)
