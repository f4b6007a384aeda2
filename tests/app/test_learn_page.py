"""The place "Learn" without a browser: every chapter, its controls and its code."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.learn import learn
from mnist_demo.app.stage.canvas import BLANK, load_examples
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.data.samples import load_test_set
from mnist_demo.language import list_languages, read_catalogue
from mnist_demo.learn.chapter import CHAPTERS, Loops, Question, load_chapter
from mnist_demo.networks import get_network
from mnist_demo.networks.catalogue import LESSONS
from mnist_demo.versions.store import open_store
from tests.app.one_page import html_of, visit_page

TUTORIAL = ("Its layers", "The code that builds and trains it")
visit = partial(visit_page, "learn")


def controls_of(page: AppTest) -> list[Any]:
    return [*page.slider, *page.select_slider]


def test_an_empty_stage_gets_one_sentence() -> None:
    page = visit(BLANK)
    assert "Nothing has been drawn yet" in page.info[0].value
    assert not page.code


@pytest.fixture(params=CHAPTERS)
def name(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A chapter, and the data that it needs."""
    if request.param in ("data", "networks"):
        monkeypatch.setenv("MNIST_DEMO_DATA", str(request.getfixturevalue("real_data")))
    return str(request.param)


@pytest.mark.parametrize("language", list_languages())
def test_every_chapter_shows_text_values_code_and_questions(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mnist_demo.language._ask", lambda: language)
    chapter, translate = load_chapter(name, language), read_catalogue(language).gettext
    page = visit(load_examples()["4"], chapter=name)
    assert [title.value for title in page.title] == [translate("Learn")]
    assert [one.value for one in page.subheader] == [one.title for one in chapter.sections]
    loops = [len(block.networks) for block in chapter.blocks if isinstance(block, Loops)]
    assert len(page.code) == len(chapter.runs) + 2 * len(chapter.trainings) + sum(loops)
    for run, code in zip(chapter.runs, page.code, strict=False):
        assert f"def {run.step}(" in code.value
    asked = [b.text for one in chapter.sections for b in one.blocks if isinstance(b, Question)]
    other = tuple(map(translate, ("The code that was run", *TUTORIAL)))
    assert [one.label for one in page.expander if not one.label.startswith(other)] == asked
    assert [one.proto.label for one in page.get("download_button")] == [
        translate("Take this lesson home (.ipynb)")
    ]


def test_a_moved_number_stands_in_the_code(name: str) -> None:
    page = visit(load_examples()["4"], chapter=name)
    for key in [control.key for control in controls_of(page)]:
        control = next(one for one in controls_of(page) if one.key == key)
        kind = type(control.value)
        end = kind(control.options[-1] if control.type == "select_slider" else control.max)
        control.set_value(end).run()
        assert not page.exception
        if key.startswith("tutorial"):
            continue
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


def test_the_networks_of_the_tutorials_are_shown_with_the_code_that_trained_them(
    real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    page = visit(load_examples()["4"], chapter="networks")
    codes = [code.value for code in page.code]
    loops_beside = codes[8:11]  # after the fourth network
    del codes[8:11]
    summaries, lessons = codes[::2], codes[1::2]
    counts = ("93,322", "1,669,002", "109,386", "235,146", "244,522")
    assert all(count in summary for count, summary in zip(counts, summaries, strict=True))
    assert all("def build()" in lesson and "def fit(" in lesson for lesson in lessons)
    loops = (
        "model.fit(",
        "def stream_batches(",
        "input_signature=",
        "def descend(",
        "squared_error",
    )
    assert all(loop in lesson for loop, lesson in zip(loops, lessons, strict=True))
    in_the_module = (lessons[0], lessons[1], lessons[3])
    assert all(one in lesson for one, lesson in zip(loops_beside, in_the_module, strict=True))
    assert len(page.get("vega_lite_chart")) == 5


@pytest.mark.parametrize(("name", "first"), [("fashion", 0), ("variables", 300)])
def test_answers_are_those_of_the_network(
    name: str, first: int, real_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    page = visit(load_examples()["4"], chapter="networks")
    page.select_slider(f"tutorial-{name}-count").set_value(100).run()
    page.slider(f"tutorial-{name}-first").set_value(first).run()
    network = get_network(name)
    samples = load_test_set(network.dataset)
    store = open_store()
    model = store.load(store.shipped(name, network.tutorial_recipe.name))
    answers = model.predict(samples.pixels[first : first + 100], verbose=0).argmax(axis=1)
    labels = samples.labels[first : first + 100]
    right = int((answers == labels).sum())
    assert 0 < right < 100
    assert any(text.value == f"**{right} of 100** are right." for text in page.markdown)
    classes = DATASETS[network.dataset].classes
    wrong = [
        f"<figcaption>{classes[label]}, read as <b>{classes[answer]}</b></figcaption>"
        for label, answer in zip(labels, answers, strict=True)
        if label != answer
    ]
    html = html_of(page)
    assert [html.count(one) >= wrong.count(one) for one in wrong] == [True] * len(wrong)
    assert html.count('class="wrong"') >= len(wrong)


def test_without_the_data_the_networks_are_still_shown() -> None:
    page = visit(load_examples()["4"], chapter="networks")
    assert len(page.error) == 5
    assert len(page.code) == 13
    assert len(page.get("vega_lite_chart")) == 5


def test_the_network_by_hand_is_the_worst_of_the_five() -> None:
    store = open_store()
    shipped = [store.shipped(one.name, one.tutorial_recipe.name) for one in LESSONS.values()]
    accuracies = {version.card.network: version.card.test_accuracy for version in shipped}
    assert min(accuracies, key=lambda name: accuracies[name]) == "variables"


def test_hidden_chapters_leave_the_one_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "is_hidden", lambda part: part == "chapters")
    page = visit(load_examples()["4"], chapter="losses")
    assert not page.button_group
    assert [one.value for one in page.subheader] == [
        one.title for one in load_chapter("losses").sections
    ]
