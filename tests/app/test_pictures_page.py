"""The page "Pictures" without a browser: the gallery, files of one's own, and trouble."""

import io
import json

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_demo.handwriting import make_digits, render
from mnist_demo.pages import readers
from mnist_demo.pages.pictures import PICTURES
from mnist_demo.store import PROJECT

APP = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from mnist_demo.pages import draw, pictures
st.session_state.setdefault("network", {network!r})
st.navigation([
    st.Page(pictures.show, url_path="pictures", default={is_first}),
    st.Page(draw.show, url_path="draw", default=not {is_first}),
]).run()
"""


def visit(network=readers.DEFAULT_NETWORK):
    text = APP.format(project=str(PROJECT), network=network, is_first=True)
    return AppTest.from_string(text, default_timeout=90).run()


@pytest.fixture
def page(write_mnist, own_folders):
    write_mnist(own_folders / "data")
    return visit()


def pictures_of(page):
    return json.loads(page.get("bidi_component")[0].proto.json)["pictures"]


def text_of(page):
    kinds = (page.caption, page.error, page.warning, page.subheader)
    html = [element.proto.body for element in page.get("html")]
    return "\n".join([*html, *(element.value for kind in kinds for element in kind)])


def upload(page, content, name="picture.png"):
    page.file_uploader[0].set_value((name, content, "image/png")).run()
    assert not page.exception
    return page


def save(pixels):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def photo():
    """A digit, dark on light."""
    return save(255 - render(make_digits(3, seed=2)[0])[..., :3])


def test_the_gallery_says_how_each_picture_is_read(page, reader, tiny_dataset):
    assert not page.exception
    pictures = pictures_of(page)
    assert len(pictures) == PICTURES
    answers = reader.read_batch(tiny_dataset.test_images).argmax(axis=1)
    for picture in pictures:
        label, answer = tiny_dataset.test_labels[picture["index"]], answers[picture["index"]]
        mark = "✓" if label == answer else "✗"
        assert picture["text"] == f"label {label}\n{mark} read as {answer}"
        assert f"Labelled {label}, read as {answer}" in picture["alt"]
    right = sum(picture["is_right"] for picture in pictures)
    assert f"{right} of these {PICTURES} are read as they are labelled" in text_of(page)


def test_a_class_is_chosen(page, tiny_dataset):
    page.selectbox[0].set_value("3").run()
    pictures = pictures_of(page)
    assert len(pictures) == min(PICTURES, (tiny_dataset.test_labels == 3).sum())
    assert all(picture["text"].startswith("label 3\n") for picture in pictures)


def test_other_pictures_come_with_a_click(page):
    before = [picture["index"] for picture in pictures_of(page)]
    page.button[0].click().run()
    after = [picture["index"] for picture in pictures_of(page)]
    assert before != after
    assert len(set(after)) == PICTURES


def test_all_controls_are_explained(page):
    assert all(one.label and one.help for one in (*page.button, *page.selectbox))
    assert page.file_uploader[0].label
    assert page.file_uploader[0].help


def test_without_the_data_a_file_still_works(photo):
    page = visit()
    assert not page.exception
    assert "MNIST is missing" in page.warning[0].value
    assert "works all the same" in page.warning[0].value
    upload(page, photo)
    assert "Centre of mass to the middle" in text_of(page)


def test_an_upload_shows_its_steps(page, photo):
    text = text_of(upload(page, photo))
    for step in ("As uploaded", "Light on dark", "Fitted into 20 × 20"):
        assert step in text
    assert "turned inside out" in text
    assert page.button[-1].label == "Put it through the layers"
    assert page.button[-1].help


def test_what_becomes_of_a_file_is_told(page):
    assert "forgets it soon after you close the page" in page.file_uploader[0].help


def test_clothing_is_prepared_like_clothing(shared_data, monkeypatch, photo):
    monkeypatch.setenv("MNIST_DEMO_DATA", str(shared_data))
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
        (b"nonsense", "no picture that can be read"),
        (b"", "no picture that can be read"),
        (save(np.full((40, 40), 255, np.uint8)), "is blank"),
        (save(np.eye(90, dtype=np.uint8) * 255)[:-60], "damaged"),
    ],
)
def test_a_hostile_file_gets_one_sentence(page, content, sentence):
    upload(page, content)
    assert [sentence in error.value for error in page.error] == [True]
    assert all(button.label != "Put it through the layers" for button in page.button)


def test_a_version_that_is_damaged_is_explained(page, monkeypatch):
    from mnist_demo.errors import ModelVersionError

    def fail(version, store):
        raise ModelVersionError("The model file is damaged.")

    monkeypatch.setattr(readers, "_load", fail)
    readers.load_in_background.clear()
    page.run()
    assert not page.exception
    assert page.error[0].value == "The model file is damaged."
