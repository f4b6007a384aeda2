"""Whoever has a connection can send anything in the name of a widget: nothing comes of it."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.elements.widgets.selectbox import SelectboxSerde

from mnist_demo.app.components import modules
from mnist_demo.app.components.checks import is_index
from mnist_demo.app.places.train import versions_table
from mnist_demo.app.runtime import streamlit_internals
from mnist_demo.app.stage.canvas import load_examples
from tests.app.conftest import Visitor
from tests.app.one_page import visit_page

CRAFTED: list[Any] = [
    None, True, -1, 10**30, 0.5, float("nan"), "", "../..", "\ud800", [], [[]], ["a"] * 2000, {},
    {"row": 99, "column": -1}, {"raw": None, "data": "no address"}, {"raw": {}, "data": 3},
    {"raw": {"objects": 3}, "data": "data:,QUJD"}, {"version": "nothing", "action": "delete"},
]  # fmt: skip
STROKES: list[Any] = [
    [3], [{"path": 3}], [{"path": []}], [{"path": [["M", 1]], "strokeWidth": 4}],
    [{"path": [["M", 1, "x"], ["L", 2, 2]], "strokeWidth": 4}],
    [{"path": [["M", 1, 1e400], ["L", 2, 2]], "strokeWidth": 4}],
    [{"path": [["M", 1, 1], ["L", 2, 2]], "strokeWidth": -1}],
    [{"path": [["M", 1, 1], ["L", 2, 1e30]], "strokeWidth": 4}],
]  # fmt: skip


def test_of_the_canvas_nothing_is_taken_but_a_drawing(visitor: Visitor) -> None:
    visitor.press("example-4")
    png = "data:image/png;base64," + base64.b64encode(load_examples()["7"].png).decode()
    reports = [*CRAFTED, *({"raw": {"objects": strokes}, "data": png} for strokes in STROKES)]
    for report in reports:
        visitor.page.session_state[visitor.canvas_key] = {"drawing": report}
        visitor.look()
        assert visitor.answer == 4, report


@pytest.mark.parametrize(
    ("place", "key", "report", "query"),
    [
        ("train/train_and_test", "versions", "shown", {}),
        ("question", "change-handles", "dragged", {"question": "change"}),
        ("inside/look_inside", "network-picture", "choice", {}),
    ],
)
def test_of_a_component_nothing_is_taken_but_what_it_reports(
    place: str, key: str, report: str, query: dict[str, str]
) -> None:
    page = visit_page(place, load_examples()["4"], **query)
    for value in CRAFTED:
        page.session_state[key] = {report: value}
        page.run()
        assert not page.exception, value


@pytest.mark.parametrize("value", CRAFTED)
def test_a_report_that_fails_its_check_calls_nothing(
    value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[Any] = []
    monkeypatch.setattr(st, "session_state", {"gallery": {"picked": value}})
    modules._act_if(is_index(5), "gallery", "picked", lambda: called.append(value))
    assert called == []
    monkeypatch.setattr(st, "session_state", {"gallery": {"picked": 4}})
    modules._act_if(is_index(5), "gallery", "picked", lambda: called.append(4))
    assert called == [4]


def test_an_action_that_is_not_offered_is_none() -> None:
    use = {"name": "use", "label": "Use"}
    download = {"label": "Download", "address": "somewhere"}
    check = versions_table.is_one_of_offered([{"name": "shipped", "actions": [use, download]}])
    assert check({"version": "shipped", "action": "use"})
    others = [{"version": "shipped", "action": "delete"}, {"version": "other", "action": "use"}]
    assert not any(map(check, [*CRAFTED, *others]))


@pytest.fixture
def make_box() -> Callable[..., Any]:
    """Function from names to a select box of them, whose second is chosen at first."""

    def make(*names: str) -> Any:
        places = {name: index for index, name in enumerate(names)}
        return SelectboxSerde(
            names,
            formatted_options=list(names),
            formatted_option_to_option_index=places,
            default_option_index=1,
        )

    return make


@pytest.mark.parametrize("sent", ["/usr/**/**/x", "", "![](http://a.example)"])
def test_a_select_box_gives_what_is_on_offer_and_streamlit_alone_gives_anything(
    make_box: Callable[..., Any], sent: str
) -> None:
    box = make_box("plain", "robust")
    assert streamlit_internals._deserialize(box, sent) == sent
    assert streamlit_internals._deserialize_offered(box, sent) == "robust"
    assert streamlit_internals._deserialize_offered(box, "plain") == "plain"
