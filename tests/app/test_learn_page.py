"""The place "Learn" without a browser: every chapter, its controls and its code."""

from functools import partial
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.stage.canvas import BLANK, load_examples
from mnist_demo.learn.chapter import CHAPTERS, Question, load_chapter
from tests.app.one_page import html_of, visit_page

visit = partial(visit_page, "learn")


def controls_of(page: AppTest) -> list[Any]:
    return [*page.slider, *page.select_slider]


def test_an_empty_stage_gets_one_sentence() -> None:
    page = visit(BLANK)
    assert "Nothing is drawn yet" in page.info[0].value
    assert not page.code


@pytest.fixture(params=CHAPTERS)
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A chapter, and the data that it needs."""
    if request.param == "data":
        monkeypatch.setenv("MNIST_DEMO_DATA", str(request.getfixturevalue("real_data")))
    return str(request.param)


def test_every_chapter_shows_text_values_code_and_questions(name: str) -> None:
    chapter = load_chapter(name)
    page = visit(load_examples()["4"], chapter=name)
    assert [title.value for title in page.title] == ["Learn"]
    assert [one.value for one in page.subheader] == [one.title for one in chapter.sections]
    assert len(page.code) == len(chapter.runs)
    for run, code in zip(chapter.runs, page.code, strict=True):
        assert f"def {run.step}(" in code.value
    asked = [b.text for one in chapter.sections for b in one.blocks if isinstance(b, Question)]
    assert [one.label for one in page.expander if not one.label.startswith("The code")] == asked
    assert [one.proto.label for one in page.get("download_button")] == [
        "Take this lesson home (.ipynb)"
    ]


def test_a_moved_number_stands_in_the_code(name: str) -> None:
    page = visit(load_examples()["4"], chapter=name)
    for key in [control.key for control in controls_of(page)]:
        control = next(one for one in controls_of(page) if one.key == key)
        kind = type(control.value)
        end = kind(control.options[-1] if control.type == "select_slider" else control.max)
        control.set_value(end).run()
        assert not page.exception
        step, parameter = key.split("-")[2:]
        call = next(code.value for code in page.code if f"def {step}(" in code.value)
        assert f"{parameter}={end!r}" in call.splitlines()[-1]


def test_what_is_computed_is_shown() -> None:
    html = html_of(visit(load_examples()["4"]))
    assert "<td>(28, 28, 1)</td>" in html
    assert "Incompatible shapes: [28,28] vs. [27]" in html


def test_without_the_data_a_step_says_so_and_the_others_run() -> None:
    page = visit(load_examples()["4"], chapter="data")
    assert len(page.error) == 2
    assert "MNIST is missing" in page.error[0].value
    assert len(page.code) == 3


def test_a_graph_is_drawn_and_told() -> None:
    page = visit(load_examples()["4"], chapter="graph")
    (chart,) = page.get("graphviz_chart")
    assert "image -> product" in chart.proto.spec
    assert chart.proto.alt.startswith("graph: image to product")
