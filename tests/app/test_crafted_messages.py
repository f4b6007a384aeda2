"""Whoever has a connection can send any value for any widget of a page: nothing comes of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.elements.widgets.selectbox import SelectboxSerde
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import WStates

from mnist_demo.app.runtime import streamlit_internals
from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.training.process import Job
from tests.app.conftest import Visitor
from tests.app.one_page import visit_page

REPORTS = (
    "drawing", "choice", "shown", "action", "picked", "chosen", "pressed", "dragged", "allowed",
)  # fmt: skip
CRAFTED: list[tuple[str, Any]] = [
    ("bool_value", True),
    ("trigger_value", True),
    ("double_value", float("nan")),
    ("double_value", 1e308),
    ("int_value", -(2**53)),
    ("string_value", "/usr/**/**/x"),
    ("string_value", "![](http://a.example)" * 1000),
    ("double_array_value", []),
    ("double_array_value", [float("nan"), -1e300, 7]),
    ("int_array_value", [2**53, -1]),
    ("string_array_value", ["../..", ""]),
    ("bytes_value", b"\xff\x00"),
    ("json_value", "[[]"),
    ("json_value", json.dumps([{}, 10**400, float("nan")])),
    ("json_value", json.dumps(dict.fromkeys(REPORTS, 10**400))),
    ("json_value", json.dumps({name: [{"row": "../.."}] for name in REPORTS})),
    ("json_trigger_value", json.dumps([{"event": "action", "value": 10**400}, 3])),
]
PLACES: list[tuple[str, dict[str, str]]] = [
    ("inside/look_inside", {}),
    ("take_away/take_away", {}),
    ("learn/learn", {}),
    *(("question", {"question": name}) for name in ("why", "change", "like", "others", "misread")),
    *(
        ("train/train_and_test", {"test": name})
        for name in ("curves", "teach", "watch", "step", "measures")
    ),
]


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it checks of widgets; no training begins."""
    monkeypatch.setattr(WStates, "__getitem__", streamlit_internals._get_sound)
    monkeypatch.setattr(SelectboxSerde, "deserialize", streamlit_internals._deserialize_offered)
    monkeypatch.setattr(Job, "start", lambda *_: False)
    monkeypatch.setattr(Job, "enqueue", lambda *_: None)


def make_state(widget: str, kind: str, value: Any) -> WidgetState:
    state = WidgetState(id=widget)
    if isinstance(value, list):
        getattr(state, kind).data.extend(value)
        getattr(state, kind).SetInParent()
    else:
        setattr(state, kind, value)
    return state


def find_widgets(page: Any) -> list[str]:
    """Ids of all elements of a page that may report something."""
    elements = (getattr(node, "proto", None) for node in page._tree)
    return [element.id for element in elements if getattr(element, "id", "").startswith("$$")]


def send(page: Any, kind: str, value: Any) -> None:
    """One message, as if each widget of the page had reported this."""
    states = [make_state(widget, kind, value) for widget in find_widgets(page)]
    page._run(WidgetStates(widgets=states))


@pytest.mark.parametrize(("place", "query"), PLACES)
def test_no_place_takes_what_its_widgets_cannot_report(place: str, query: dict[str, str]) -> None:
    page = visit_page(place, load_examples()["4"], **query)
    assert find_widgets(page)
    for kind, value in CRAFTED:
        send(page, kind, value)
        assert not page.exception, (kind, value)


def test_neither_do_the_stage_and_the_sidebar(make_visitor: Callable[..., Visitor]) -> None:
    page = make_visitor(is_loaded=False).page
    assert len(find_widgets(page)) > 20
    for kind, value in CRAFTED:
        send(page, kind, value)
        assert not page.exception, (kind, value)


def test_streamlit_alone_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WStates, "__getitem__", streamlit_internals._get)
    page = visit_page("question", load_examples()["4"], question="change")
    send(page, "bool_value", True)
    assert page.exception


def test_a_whole_number_is_a_number(make_visitor: Callable[..., Visitor]) -> None:
    """A browser sends it as another kind of value than Streamlit has for the same widget."""
    page = make_visitor(is_loaded=False).page
    (size,) = (field for field in page.number_input if field.key.endswith("batch_size"))
    page._run(WidgetStates(widgets=[make_state(size.id, "int_value", 96)]))
    (size,) = (field for field in page.number_input if field.key.endswith("batch_size"))
    assert size.value == 96


def test_a_whole_number_counts_though_its_page_was_interrupted() -> None:
    """Its widget is not told anew then, and known as what was sent before."""
    states = WStates()
    states.set_widget_metadata(
        WidgetMetadata("size", lambda value: value, lambda value: value, "double_value")
    )
    for size in (96, 128):
        states.set_widget_from_proto(make_state("size", "int_value", size))
        assert states["size"] == size
