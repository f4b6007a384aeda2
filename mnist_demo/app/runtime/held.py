"""What is held for a visitor only while his page is open: a megabyte, and his drawing is in it.

Streamlit keeps the session of one who has left, in case his connection was cut, and keeps two
values of each key. Its cache of a session is emptied when he leaves.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary, ref

import streamlit as st

from mnist_demo.app.runtime.streamlit_internals import get_visitor
from mnist_demo.app.session import HELD

if TYPE_CHECKING:  # these modules import this one
    from mnist_demo.app.components.live.files import KeptReading
    from mnist_demo.app.stage.scene import Scene
    from mnist_demo.app.stage.strokes import Strokes

READINGS_KEPT = 3  # what is shown, and what a browser may still be asking for


@dataclass(eq=False)
class Held:
    """The last scene, with the question that it answers, and the last readings.

    ``answer`` says what a browser is told of strokes, which came at that time in seconds: what has
    changed with them, packed, or None where they are for a run of the script.
    """

    scene: "tuple[object, Scene] | None" = None
    readings: "deque[KeptReading]" = field(default_factory=lambda: deque(maxlen=READINGS_KEPT))
    answer: "Callable[[Strokes, float], bytes | None] | None" = None


_all_held: WeakValueDictionary[str, Held] = WeakValueDictionary()  # by the visitor


def find_held(visitor: str) -> Held | None:
    """What is held for a visitor by this name, in whatever thread; None where he is not here."""
    return _all_held.get(visitor)


def get_held() -> Held:
    """What is held for this visitor; nothing at first, and after a connection was cut."""
    known = HELD.get()
    held = known() if known is not None else None
    if held is None:
        held = _hold()
        HELD.set(ref(held))
    return held


@st.cache_resource(scope="session", show_spinner=False)
def _hold() -> Held:
    """The only one that holds it."""
    held = _all_held[get_visitor()] = Held()
    return held
