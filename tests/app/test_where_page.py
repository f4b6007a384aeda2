"""The question "What is it like?" without a browser: the map, the neighbours, and trouble."""

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.where import where
from mnist_demo.app.places.where.where import NEIGHBOURS
from mnist_demo.app.places.where.where_map import fit
from mnist_demo.app.runtime import readers
from mnist_demo.app.stage.canvas import BLANK, CanvasContent, content_of_sample, load_examples
from mnist_demo.data.dataset import Dataset
from mnist_demo.errors import ModelVersionError
from mnist_demo.evaluation import ImageSamples
from mnist_demo.image.normalization import normalize
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store
from tests.app.conftest import data_of, read_markdown
from tests.app.one_page import visit_page
from tests.app.served import fetch
from tests.signatures import WaitUntil, WriteMnist

DRAWING = load_examples()["7"]


@pytest.fixture
def images(tiny_dataset: Dataset) -> NDArray[np.float32]:
    """The test pictures as they come back from a file of bytes."""
    return np.round(tiny_dataset.test_images * 255).astype(np.float32) / np.float32(255)


@pytest.fixture
def data(write_mnist: WriteMnist, own_folders: Path) -> Any:
    return write_mnist(own_folders / "data")


@pytest.fixture
def visit(wait_until: WaitUntil) -> Callable[..., AppTest]:
    def visit(drawing: CanvasContent = DRAWING, network: str = readers.DEFAULT_NETWORK) -> Any:
        page = visit_page("question", drawing, network, question="like")
        told = (page.info, page.warning, page.error)
        wait_until(lambda: any(told) or component(page, "where") or page.run() is None, 90)
        assert not page.exception
        return page

    return visit


def component(page: AppTest, name: str) -> Any:
    """What a component is told; None where it is not there."""
    found = [
        data_of(one)
        for one in page.get("bidi_component")
        if one.proto.component_name.endswith(name)
    ]
    return found[0] if found else None


def pictures_of(page: AppTest) -> Any:
    """What stays of the map while one draws, as the browser fetches it."""
    return json.loads(fetch(f"/{component(page, 'where')['address']}").body)


def text_of(page: AppTest) -> Any:
    kinds = (page.markdown, page.caption, page.info, page.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def test_without_the_pictures_it_says_how_to_get_them(
    own_folders: Path, visit: Callable[..., AppTest]
) -> None:
    page = visit()
    assert "MNIST is missing" in page.warning[0].value
    assert str(own_folders / "data") in read_markdown(page.warning[0].value)
    assert component(page, "where") is None


def test_without_a_drawing_it_asks_for_one(data: Any, visit: Callable[..., AppTest]) -> None:
    page = visit(BLANK)
    assert "Nothing has been drawn yet." in page.info[0].value
    assert component(page, "where") is None


def test_the_drawing_is_among_the_pictures_that_are_like_it(
    data: Any,
    visit: Callable[..., AppTest],
    reader: Reader,
    tiny_dataset: Dataset,
    images: NDArray[np.float32],
) -> None:
    page = visit()
    shown, near = component(page, "where"), component(page, "evaluate_pictures")["pictures"]

    def hidden(image: NDArray[np.float32]) -> Any:
        return reader.read(image).activations["dense_1"]

    own = hidden(normalize(DRAWING.rgba).image)
    points = np.stack([hidden(image) for image in images])
    distances = np.linalg.norm(points - own, axis=1)
    order = np.argsort(distances)[:NEIGHBOURS]
    labels = tiny_dataset.test_labels
    expected = [f"{labels[i]}, distance {distances[i]:.1f}" for i in order]
    assert [picture["text"] for picture in near] == expected
    assert [picture["index"] for picture in near] == shown["neighbours"]
    between = np.linalg.norm(points[:, None] - points, axis=2)
    np.fill_diagonal(between, np.inf)
    unusual = np.mean(between.min(axis=1) < distances.min())
    assert f"more unusual than {unusual:.0%} of the test pictures" in page.markdown[0].value
    assert f"more unusual than {unusual:.0%}" in shown["alt"]


def test_the_map_is_a_file_that_a_stroke_does_not_change(
    data: Any, visit: Callable[..., AppTest], tiny_dataset: Dataset
) -> None:
    page = visit()
    pictures, before = pictures_of(page), component(page, "where")
    assert sorted(pictures["labels"]) == sorted(tiny_dataset.test_labels.tolist())
    assert np.shape(pictures["points"]) == (len(pictures["labels"]), 2)
    places = np.array([*pictures["points"], before["drawing"]])
    assert places.min() >= 0
    assert places.max() <= 1
    page.session_state["canvas"].put(load_examples()["1"])
    after = component(page.run(), "where")
    assert after["address"] == before["address"]
    assert after["drawing"] != before["drawing"]


def test_places_keep_proportions_and_what_lies_beyond_is_at_the_edge() -> None:
    corners = np.array([[0, 0], [10, 0], [10, 5], [99, 0]], np.float32)
    places = fit(corners[[0, 2]], corners)
    np.testing.assert_allclose(places, [[0.04, 0.73], [0.96, 0.73], [0.96, 0.27], [1, 0.73]])


def test_a_picture_of_the_test_set_is_its_own_neighbour(
    data: Any, visit: Callable[..., AppTest], tiny_dataset: Dataset, images: NDArray[np.float32]
) -> None:
    page = visit(content_of_sample(images[3]))
    first = component(page, "evaluate_pictures")["pictures"][0]
    assert first["text"] == f"{tiny_dataset.test_labels[3]}, distance 0.0"
    assert "more unusual than 0%" in page.markdown[0].value


def test_the_map_is_made_once_and_kept(
    data: Any, visit: Callable[..., AppTest], own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = pictures_of(visit())["points"]
    assert len(list((own_folders / "models" / "caches" / "maps").iterdir())) == 1
    monkeypatch.setattr(where, "embed_by_tsne", None)
    st.cache_resource.clear()  # the server starts again
    assert pictures_of(visit())["points"] == made


def test_making_the_map_shows_progress_and_can_be_stopped(
    data: Any, wait_until: WaitUntil, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    def embed_slowly(points: Any, start: Any, on_progress: Callable[..., object]) -> None:
        on_progress(0, 100)
        on_progress(40, 100)
        assert goes_on.wait(60)
        on_progress(41, 100)

    monkeypatch.setattr(where, "embed_by_tsne", embed_slowly)
    page = visit_page("question", DRAWING, question="like")
    wait_until(lambda: "40 of 100 steps" in progress_of(page.run()), 60)
    next(button for button in page.button if button.label == "Stop").click().run()
    goes_on.set()
    wait_until(lambda: "The map was stopped." in text_of(page.run()), 60)
    assert page.button(key="where").help


def progress_of(page: AppTest) -> Any:
    return "".join(one.proto.text for one in page.get("progress"))


def test_names_of_classes_are_on_the_map_and_beside_it(
    monkeypatch: pytest.MonkeyPatch, visit: Callable[..., AppTest], tiny_dataset: Dataset
) -> None:
    few = ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)
    monkeypatch.setattr(where, "load_samples", lambda dataset: few)
    page = visit(network="fashion")
    names = component(page, "where")["names"]
    assert names[9] == "Ankle boot"
    nearest = component(page, "evaluate_pictures")["pictures"][0]
    assert re.match(f"({'|'.join(names)}), ", nearest["text"])


def test_a_damaged_version_is_explained(
    data: Any, visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(version: Version, store: Store) -> None:
        raise ModelVersionError("The model file is damaged.")

    monkeypatch.setattr(readers, "_load", fail)
    assert visit().error[0].value == "The model file is damaged."
