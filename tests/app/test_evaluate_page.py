"""The page "How well does it read?" without a browser."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from mnist_demo import evaluation
from mnist_demo.app.places.evaluate import evaluate_data
from mnist_demo.app.runtime import samples as runtime_samples
from mnist_demo.app.stage.canvas import content_of_sample
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.data.dataset import Dataset
from mnist_demo.handwriting import make_variant
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.store import Store, open_store
from tests.app.conftest import Visitor, data_of, read_markdown
from tests.signatures import WaitUntil, WriteMnist

PROJECT = Path(__file__).resolve().parent.parent.parent
APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.app.places.evaluate import evaluate
st.navigation([st.Page(evaluate.show, url_path="evaluate")]).run()
"""


@pytest.fixture(autouse=True)
def _no_old_results() -> None:
    st.cache_resource.clear()


@pytest.fixture
def few_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty digits and ten others instead of thousands."""
    monkeypatch.setattr(
        evaluate_data, "make_handwriting", lambda: evaluation.make_handwriting(40, 10, seed=2)
    )


@pytest.fixture
def own_version(store: Store) -> Any:
    """A version trained here, with the weights of one that ships."""
    shipped = store.shipped("keras-cnn", "robust")
    return store.keep(store.save_candidate(store.load(shipped), shipped.card))


@pytest.fixture
def page(own_version: Any) -> AppTest:
    """The page of somebody who reads with a version of his own, which nobody has measured."""
    page = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=90)
    page.session_state["network"] = own_version.card.network
    page.session_state["version"] = own_version.name
    return page.run()


def measure(page: AppTest, wait_until: WaitUntil) -> Any:
    page.button[0].click().run()
    wait_until(lambda: "accuracy" in text_of(page.run()).lower(), 90)
    assert not page.exception
    return text_of(page)


def text_of(page: AppTest) -> Any:
    return " ".join(element.proto.body for element in page.get("html"))


def use(page: AppTest, name: str) -> None:
    """Read with another version."""
    page.session_state["version"] = name
    page.run()


def choose(page: AppTest, title: str) -> Any:
    return page.segmented_control(key="evaluated_data").set_value(title).run()


def test_nothing_is_measured_before_the_button(page: AppTest) -> None:
    assert not page.exception
    assert [button.label for button in page.button] == ["Measure"]
    assert all(widget.help for widget in page.button)


@pytest.mark.parametrize(
    ("title", "right"),
    [("MNIST test set", "9,928 of 10,000 right"), ("Rendered handwriting", " of 2,000 right")],
)
def test_the_measures_of_what_ships_are_there_at_once(
    page: AppTest, title: str, right: str
) -> None:
    use(page, "keras-cnn-plain")
    choose(page, title)
    assert not page.button
    assert right in text_of(page)


def test_a_test_set_that_cannot_be_had_is_explained(page: AppTest, wait_until: WaitUntil) -> None:
    page.button[0].click().run()
    wait_until(lambda: page.run().error)
    assert "MNIST is missing" in page.error[0].value
    assert [button.label for button in page.button] == ["Measure"]


def test_the_test_set_is_measured(
    page: AppTest,
    wait_until: WaitUntil,
    write_mnist: WriteMnist,
    own_folders: Path,
    tiny_dataset: Dataset,
) -> None:
    write_mnist(own_folders / "data")
    text = measure(page, wait_until)
    assert f"of {len(tiny_dataset.test_labels)} right" in text
    assert "Confidence interval" in text
    assert not page.button


def test_handwriting_is_measured_once_and_kept(
    page: AppTest, wait_until: WaitUntil, few_drawings: Any, own_folders: Path
) -> None:
    choose(page, "Rendered handwriting")
    text = measure(page, wait_until)
    assert "of 40 right" in text
    matrix = data_of(page.get("bidi_component")[0])
    counts = np.array(matrix["counts"])
    assert counts[:10].sum() == 40
    assert counts[10].sum() == 10
    assert counts[:, matrix["columns"].index("rejected")].sum() > 5
    assert len(list((own_folders / "models" / "caches" / "evaluations").iterdir())) == 1


def test_a_cell_shows_its_pictures(
    page: AppTest, wait_until: WaitUntil, few_drawings: Any, own_version: Any
) -> None:
    choose(page, "Rendered handwriting")
    measure(page, wait_until)
    key = f"evaluate-matrix-{own_version.key}-handwriting"
    page.session_state[key] = {"cell": {"row": 10, "column": 1}}
    page.run()
    assert not page.exception
    assert page.subheader[-1].value.startswith("Not a digit, read as 1: ")


def test_a_version_without_threshold_says_that_it_never_rejects(page: AppTest) -> None:
    choose(page, "Rendered handwriting")
    use(page, "keras-cnn-plain")
    assert any("never rejects" in caption.value for caption in page.caption)


def test_clothing_is_never_called_a_digit(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = evaluation.find_kept(open_store(), open_store().default("fashion"), "fashion-mnist")
    images = np.zeros((len(outcome.labels), 28, 28, 1), np.float32)
    samples = evaluation.ImageSamples(images, outcome.labels)
    monkeypatch.setattr(runtime_samples, "load_test_set", lambda name: samples)
    page.session_state["network"] = "fashion"
    use(page, "fashion-plain")
    text = text_of(page)
    assert "Clothing rejected" in text
    captions = [caption.value for caption in page.caption]
    assert "This version never rejects: it takes everything for clothing." in captions
    choice = page.segmented_control(key="evaluated_data")
    assert choice.options == ["Fashion-MNIST test set"]
    matrix, gallery = (data_of(part) for part in page.get("bidi_component"))
    assert matrix["rows"] == list(DATASETS["fashion-mnist"].classes)
    headings = [heading.value for heading in page.subheader]
    said = [text, *captions, choice.help, *headings, json.dumps([matrix, gallery])]
    assert "digit" not in " ".join(said).lower()


def test_pictures_that_were_not_measured_are_not_shown(
    page: AppTest, write_mnist: WriteMnist, own_folders: Path
) -> None:
    write_mnist(own_folders / "data")
    use(page, "keras-cnn-plain")
    assert "not those that were measured" in page.error[0].value


def test_a_file_of_ones_own_is_asked_for(page: AppTest) -> None:
    choose(page, "A file of my own")
    assert not page.exception
    assert not page.button
    assert any("strokes" in caption.value for caption in page.caption)


def test_a_drawn_sample_gives_the_same_image_on_the_canvas() -> None:
    sample = make_variant("7-crossed", seed=4)
    samples = evaluation.DrawnSamples((sample,))
    image = samples.images(np.array([0]))[0]
    drawing = content_of_sample(image, sample)
    again = evaluation.DrawnSamples((sample,)).images(np.array([0]))[0]
    np.testing.assert_array_equal(image, again)
    assert drawing.image is None
    assert drawing.rgba.shape == (280, 280, 4)
    assert len(drawing.fabric["objects"]) == len(sample.strokes)
    json.dumps(drawing.fabric)


def test_a_picture_without_strokes_goes_to_the_network_as_it_is() -> None:
    image = np.random.default_rng(1).random((28, 28, 1), np.float32)
    drawing = content_of_sample(image)
    assert drawing.image is image
    assert drawing.rgba.shape == (320, 320, 4)
    np.testing.assert_allclose(drawing.rgba[25:300:10, 25:300:10, 0], image[..., 0] * 255, atol=0.5)
    assert drawing.fabric["objects"][0]["type"] == "Image"


def test_the_draw_page_reads_a_picked_picture_as_it_is(visitor: Visitor, reader: Reader) -> None:
    image = np.random.default_rng(1).random((28, 28, 1), np.float32)
    visitor.page.session_state["canvas"].put(content_of_sample(image))
    np.testing.assert_array_equal(visitor.look().layers["image"], image)
    expected = reader.read(image).probabilities
    np.testing.assert_allclose(visitor.probabilities, expected, atol=1e-6)


def test_a_name_of_a_file_reaches_only_those_who_have_that_very_file(
    page: AppTest, own_version: Any, wait_until: WaitUntil
) -> None:
    """Its error is kept for all who measure the same; the name in it is text."""

    def upload(visitor: AppTest, name: str) -> None:
        choose(visitor, "A file of my own")
        visitor.file_uploader[0].upload(name, b"nonsense", "application/json").run()

    name = "![](http://a.example/b.png).jsonl"
    upload(page, name)
    page.button[0].click().run()
    wait_until(lambda: page.error or page.run() is None)
    assert "\\!\\[\\]" in page.error[0].value
    assert read_markdown(page.error[0].value).startswith(f"Line 1 of {name}: ")
    other = AppTest.from_string(APP.format(project=str(PROJECT)), default_timeout=90)
    other.session_state["network"] = own_version.card.network
    other.session_state["version"] = own_version.name
    other.run()
    upload(other, "mine.jsonl")
    assert not other.error
