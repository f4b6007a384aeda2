"""What a browser knows of the page, and what it sends, in Streamlit's messages."""

import base64
import itertools
import json
import struct
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import numpy as np
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from mnist_demo.app.stage.canvas import BACKGROUND, content_of_strokes
from mnist_demo.handwriting import make_digits
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE, BrushStroke
from mnist_demo.handwriting.curves import Stroke

PIECES = 5  # of a stroke, so that a drawing grows for some seconds
INK_PIXELS = " ink pixels"  # as bare_app.py says

# What the canvas (Fabric.js) reports of each path beside what `to_path` has.
FABRIC = json.loads("""{
    "lockMovementX": false, "lockMovementY": false, "lockRotation": false, "lockScalingX": false,
    "lockScalingY": false, "lockSkewingX": false, "lockSkewingY": false, "lockScalingFlip": false,
    "version": "7.4.0", "originX": "center", "originY": "center", "left": 118, "top": 188.5,
    "width": 50.04, "height": 21.04, "strokeDashArray": null, "strokeDashOffset": 0,
    "strokeUniform": false, "strokeMiterLimit": 10, "scaleX": 1, "scaleY": 1, "angle": 0,
    "flipX": false, "flipY": false, "opacity": 1, "shadow": null, "visible": true,
    "backgroundColor": "", "fillRule": "nonzero", "paintFirst": "fill",
    "globalCompositeOperation": "source-over", "skewX": 0, "skewY": 0
}""")


@dataclass(frozen=True)
class Report:
    """What the canvas reports after a stroke, as JSON, and how many pixels have ink then.

    ``stroke`` is that stroke alone, as our page sends it, and ``png`` the canvas with it.
    """

    text: str
    ink: int
    stroke: dict[str, Any]
    png: bytes


def make_drawings(count: int, seed: int) -> list[list[Report]]:
    """Reports of so many digits, in many hands; each grows by a stroke from one to the next."""
    digits = make_digits(count, seed, size=CANVAS_SIDE)
    return [
        [_report(pieces[: number + 1]) for number in range(len(pieces))]
        for pieces in (cut(digit.strokes, digit.brush) for digit in digits)
    ]


def cut(strokes: Sequence[Stroke], brush: float) -> list[BrushStroke]:
    """Several strokes for each, which look as it does: one begins where the one before it ends."""
    pieces = []
    for stroke in strokes:
        ends = np.linspace(0, len(stroke) - 1, PIECES + 1).astype(int).tolist()
        for start, end in itertools.pairwise(ends):
            pieces.append(BrushStroke(stroke[start : end + 1], brush, is_smooth=True))
    return pieces


def _report(strokes: Sequence[BrushStroke]) -> Report:
    content = content_of_strokes(strokes)
    objects = [FABRIC | path for path in content.fabric["objects"]]
    raw = {"version": FABRIC["version"], "objects": objects, "background": BACKGROUND}
    address = f"data:image/png;base64,{base64.b64encode(content.png).decode()}"
    text = json.dumps({"drawing": {"raw": raw, "data": address}}, separators=(",", ":"))
    ink = int((content.rgba[..., 0] > 0).sum())
    last = strokes[-1]
    stroke = {"points": last.points.round(1).tolist(), "brush": last.brush}
    return Report(text, ink, stroke, content.png)


@dataclass
class Page:
    """The page of one visitor, which `take` keeps as the server says it is.

    ``answer`` is what it shows of the last stroke: the moment of the drawing on our
    stage, the number of pixels in the bare app. ``reading`` is the address of the reading that
    belongs to it, ``network`` that of the network; both are empty where there is none. ``query`` is
    that of the page's own address, which has the drawing.
    """

    address: str
    query: str = ""
    answer: Hashable = None
    reading: str = ""
    network: str = ""
    is_complete: bool = False
    _canvas: str = ""
    _answer: str = ""
    _fragment: str = ""
    _script: str = ""
    _cached: set[str] = field(default_factory=set)
    _widgets: dict[str, WidgetState] = field(default_factory=dict)
    _told: dict[str, Any] = field(default_factory=dict)

    def take(self, message: ForwardMsg) -> None:
        """Change the page as the server says."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._script = message.new_session.page_script_hash
        elif kind == "navigation":  # in a first run it is known only then
            self._script = message.navigation.page_script_hash
        elif kind == "script_finished":
            self.is_complete = True
        elif kind == "delta" and message.delta.HasField("new_element"):
            if message.metadata.cacheable:
                self._cached.add(message.hash)
            self._take_element(message.delta.new_element, message.delta.fragment_id)

    def _take_element(self, element: Any, fragment: str) -> None:
        kind = element.WhichOneof("type")
        widget = getattr(element, kind)
        if kind == "selectbox":
            chosen = widget.options[widget.default]
            self._widgets[widget.id] = WidgetState(id=widget.id, string_value=chosen)
        elif kind == "slider":
            state = self._widgets[widget.id] = WidgetState(id=widget.id)
            state.double_array_value.data[:] = widget.default
        elif kind == "text" and widget.body.endswith(INK_PIXELS):
            self.answer = int(widget.body.removesuffix(INK_PIXELS))
        elif kind == "bidi_component":
            self._take_component(widget, fragment)

    def _take_component(self, component: Any, fragment: str) -> None:
        name = component.id.split("-", 2)[-1]
        if name.startswith("canvas") and name != "canvas-adapter":
            self._canvas, self._fragment = component.id, fragment
        elif name == "answer":
            self._answer = component.id
            _, told = json.loads(component.json)
            self.take_answer(told)

    def take_answer(self, told: dict[str, Any]) -> None:
        """Show an answer, or what has changed of it with a stroke; what is old is left."""
        told = self._told | told
        if is_old(told, self._told):
            return
        self._told = told
        self.network = told["network"]
        parameters = told["parameters"].items()
        self.query = urlencode({name: value for name, value in parameters if value})
        if told["isBlank"] or told["reading"]:
            self.answer = tuple(told["moment"])
            self.reading = told["reading"]["address"] if told["reading"] else ""

    @property
    def strokes(self) -> str:
        """Where strokes are sent; nothing where only Streamlit takes them."""
        return f"{self.address}/strokes/{self._told['session']}" if self._told else ""

    @property
    def moment(self) -> tuple[int, int]:
        """The moment of the drawing that the answer is of, or was last."""
        generation, drawn = self._told["moment"]
        return generation, drawn

    def post(self, reports: Sequence[Report]) -> bytes:
        """What our page sends after strokes."""
        strokes = [report.stroke for report in reports]
        told = {"moment": self._told["moment"], "strokes": strokes}
        return json.dumps(told).encode() + b"\n" + reports[-1].png

    def ask(self, report: Report | None = None, pressed: str = "") -> bytes:
        """What a browser sends when it opens the page, after a stroke, or for a button's name."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = self.query
        rerun.page_script_hash = self._script
        rerun.fragment_id = self._fragment
        rerun.cached_message_hashes[:] = self._cached
        rerun.widget_states.widgets.extend(self._widgets.values())
        if report is not None:
            rerun.widget_states.widgets.add(id=self._canvas, json_value=report.text)
        if pressed:
            events = json.dumps([{"event": "pressed", "value": pressed}])
            trigger = _make_trigger_id(self._answer, "events")
            rerun.widget_states.widgets.add(id=trigger, json_trigger_value=events)
        about = rerun.context_info
        about.timezone, about.locale, about.url = "UTC", "en-US", self.address
        about.color_scheme = "light"
        data: bytes = message.SerializeToString()
        return data


def is_old(told: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether an answer is of an earlier moment than the one before, as strokes.js says."""
    return bool(before) and told["moment"] < before["moment"]


def read_header(packed: bytes) -> dict[str, Any]:
    """Header of what `pack` has made."""
    (length,) = struct.unpack_from("<I", packed)
    header: dict[str, Any] = json.loads(packed[4 : 4 + length])
    return header
