"""Test pictures and pictures of one's own without a browser, and trouble with them."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_demo.app.runtime import readers
from mnist_demo.app.stage.canvas import BLANK
from mnist_demo.app.stage.sources import test_pictures
from mnist_demo.app.stage.sources.test_pictures import PICTURES
from mnist_demo.data.dataset import Dataset
from mnist_demo.evaluation import ImageSamples
from mnist_demo.handwriting import make_digits, render
from mnist_demo.image.normalization import normalize
from mnist_demo.paths import PROJECT
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store
from tests.app.conftest import data_of
from tests.signatures import WriteMnist

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.app.stage.sources.photo import show_photo
from mnist_demo.app.stage.scene import find_source
from mnist_demo.app.stage.sources.test_pictures import show_test_pictures
from mnist_demo.versions.store import open_store
st.session_state.setdefault("network", {network!r})
source = find_source(open_store())
show_test_pictures(source, lambda: None)
show_photo(is_drawn=source.dataset.are_digits)
"""


def visit(network: str = readers.DEFAULT_NETWORK) -> Any:
    text = APP.format(project=str(PROJECT), network=network)
    return AppTest.from_string(text, default_timeout=90).run()


@pytest.fixture
def page(write_mnist: WriteMnist, own_folders: Path) -> AppTest:
    write_mnist(own_folders / "data")
    return visit()


def pictures_of(page: AppTest) -> Any:
    return data_of(page.get("bidi_component")[0])["pictures"]


def text_of(page: AppTest) -> Any:
    kinds = (page.caption, page.error, page.warning, page.subheader)
    html = [element.proto.body for element in page.get("html")]
    captions = [picture.caption for one in page.get("image") for picture in one.proto.imgs]
    return "\n".join([*html, *captions, *(element.value for kind in kinds for element in kind)])


def upload(page: AppTest, content: Any, name: str = "picture.png") -> Any:
    page.file_uploader[0].set_value((name, content, "image/png")).run()
    assert not page.exception
    return page


def save(pixels: Any) -> Any:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def photo() -> Any:
    """A digit, dark on light."""
    return save(255 - render(make_digits(3, seed=2)[0])[..., :3])


def test_the_gallery_says_how_each_picture_is_read(
    page: AppTest, reader: Reader, tiny_dataset: Dataset
) -> None:
    assert not page.exception
    pictures = pictures_of(page)
    assert len(pictures) == PICTURES
    for picture in pictures:
        label = tiny_dataset.test_labels[picture["index"]]
        reading = reader.read(tiny_dataset.test_images[picture["index"]])
        verdict = "rejected" if reading.is_rejected else f"read as {reading.digit}"
        mark = "✓" if verdict == f"read as {label}" else "✗"
        assert picture["text"] == f"label {label}\n{mark} {verdict}"
        assert f"Labelled {label}, {verdict}" in picture["alt"]
    right = sum(picture["is_right"] for picture in pictures)
    assert f"{right} of these {PICTURES} are read as they are labelled" in text_of(page)


def test_a_class_is_chosen(page: AppTest, tiny_dataset: Dataset) -> None:
    page.selectbox[0].set_value("3").run()
    pictures = pictures_of(page)
    assert len(pictures) == min(PICTURES, (tiny_dataset.test_labels == 3).sum())
    assert all(picture["text"].startswith("label 3\n") for picture in pictures)


def test_other_pictures_come_with_a_click(page: AppTest) -> None:
    before = [picture["index"] for picture in pictures_of(page)]
    page.button[0].click().run()
    after = [picture["index"] for picture in pictures_of(page)]
    assert before != after
    assert len(set(after)) == PICTURES


def test_all_controls_are_explained(page: AppTest) -> None:
    assert all(one.label and one.help for one in (*page.button, *page.selectbox))
    assert page.file_uploader[0].label
    assert page.file_uploader[0].help


def test_without_the_data_a_file_still_works(photo: Any) -> None:
    page = visit()
    assert not page.exception
    assert "MNIST is missing" in page.warning[0].value
    upload(page, photo)
    assert "Light on dark" in text_of(page)


def test_an_upload_shows_its_steps(page: AppTest, photo: Any) -> None:
    text = text_of(upload(page, photo))
    for step in ("As uploaded", "Light on dark"):
        assert step in text
    assert "inverted" in text


def test_a_photo_goes_on_the_stage_once(page: AppTest, photo: Any) -> None:
    canvas = upload(page, photo).session_state["canvas"]
    assert normalize(canvas.drawing.rgba).image.max() == 1
    canvas.put(BLANK)
    page.run()
    assert canvas.drawing is BLANK  # it does not come back by itself


def test_a_test_picture_keeps_its_label(
    monkeypatch: pytest.MonkeyPatch, tiny_dataset: Dataset
) -> None:
    samples = ImageSamples(tiny_dataset.test_images, tiny_dataset.test_labels)
    state: dict[str, Any] = {"pictures": {"picked": 5}}
    monkeypatch.setattr(st, "session_state", state)
    test_pictures._put_picked("pictures", samples, tuple("0123456789"), lambda: None)
    drawing = state["canvas"].drawing
    assert drawing.label == str(tiny_dataset.test_labels[5])
    np.testing.assert_allclose(drawing.image, tiny_dataset.test_images[5], atol=1 / 255)


def test_what_becomes_of_a_file_is_told(page: AppTest) -> None:
    assert "forgets it soon after you close the page" in page.file_uploader[0].help


def test_clothing_is_prepared_like_clothing(
    real_data: Path, monkeypatch: pytest.MonkeyPatch, photo: Any
) -> None:
    monkeypatch.setenv("MNIST_DEMO_DATA", str(real_data))
    page = visit("fashion")
    assert not page.exception
    assert page.selectbox[0].options[1:3] == ["T-shirt", "Trouser"]
    assert pictures_of(page)[0]["text"].startswith("label ")
    text = text_of(upload(page, photo))
    assert "Fitted into 28 × 28" in text
    assert "Fitted into 20 × 20" not in text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"nonsense", "not a picture that can be read"),
        (b"", "not a picture that can be read"),
        (save(np.full((40, 40), 255, np.uint8)), "is blank"),
        (save(np.eye(90, dtype=np.uint8) * 255)[:-60], "damaged"),
    ],
)
def test_a_hostile_file_gets_one_sentence(page: AppTest, content: Any, sentence: str) -> None:
    upload(page, content)
    assert [sentence in error.value for error in page.error] == [True]
    assert "canvas" not in page.session_state


def test_a_version_that_is_damaged_is_explained(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mnist_demo.errors import ModelVersionError

    def fail(version: Version, store: Store) -> None:
        raise ModelVersionError("The model file is damaged.")

    monkeypatch.setattr(readers, "_load", fail)
    readers.load_in_background.clear()
    page.run()
    assert not page.exception
    assert page.error[0].value == "The model file is damaged."
