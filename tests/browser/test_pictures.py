"""Pictures in a browser: from the gallery, a photo and the map to the layers of the draw page."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps
from playwright.sync_api import FilePayload, expect

from mnist_demo.handwriting import make_variant, render
from tests.browser.conftest import Server, Visitor
from tests.browser.test_address_in_browser import DRAWING
from tests.signatures import Examples, WriteMnist


@pytest.fixture
def visitor(come: Callable[..., Visitor], own_server: Server, write_mnist: WriteMnist) -> Visitor:
    """At the page, on a server that has a few pictures."""
    write_mnist(own_server.data_folder)
    return come(own_server.address)


def photograph(rgba: NDArray[np.uint8]) -> Any:
    """A JPEG of dark ink on light paper, the camera held sideways."""
    picture = Image.fromarray(255 - rgba[..., :3]).resize((900, 900)).rotate(90, expand=True)
    picture = ImageOps.expand(picture, (300, 100, 50, 500), fill="white")
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # to be turned clockwise
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_picture_of_the_gallery_goes_through_the_layers(
    visitor: Visitor, examples: Examples, names_of_layers: list[str]
) -> None:
    visitor.open_source("Test picture")
    visitor.page.get_by_role("combobox", name="Class").click()
    visitor.page.get_by_role("option", name="7", exact=True).click()
    pictures = visitor.page.locator(".pictures button")
    right = pictures.filter(has_text="✓ read as 7")
    expect(right.first).to_contain_text("label 7")
    expect(pictures.filter(has_not_text="label 7")).to_have_count(0)
    visitor.renew_canvas(right.first, key="Enter")
    expect(visitor.answer).to_have_text("7")
    verdict = visitor.page.locator(".verdict")
    expect(verdict).to_have_text("Label 7: right ✓")
    visitor.expect_layers(names_of_layers)
    expect(visitor.page).to_have_url(DRAWING)
    visitor.page.reload()
    expect(verdict).to_have_text("Label 7: right ✓")
    before = visitor.reading
    visitor.draw(examples[1])
    expect(visitor.page.locator(".stage-answer")).not_to_have_attribute("data-reading", before)
    expect(verdict).to_be_hidden()


def test_a_photo_goes_through_the_layers(visitor: Visitor, names_of_layers: list[str]) -> None:
    photo = photograph(render(make_variant("7-crossed", seed=4)))
    file = FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=photo)
    visitor.open_source("Photo")
    visitor.page.locator("input[type=file]").set_input_files([file])
    expect(visitor.page.get_by_alt_text("As uploaded")).to_be_visible()
    expect(visitor.answer).to_have_text("7")
    visitor.expect_layers(names_of_layers)
    visitor.page.keyboard.press("Escape")  # what is open covers a part of the place
    visitor.page.get_by_role("button", name="How it got here").click()
    expect(visitor.page.get_by_text("Centre of mass to the middle")).to_be_visible()


def test_nonsense_gets_a_sentence_and_all_fits_a_phone(visitor: Visitor) -> None:
    file = FilePayload(name="picture.png", mimeType="image/png", buffer=b"nonsense")
    visitor.open_source("Photo")
    visitor.page.locator("input[type=file]").set_input_files([file])
    expect(visitor.page.get_by_role("alert")).to_contain_text("not a picture that can be read")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.expect_no_sideways_scrolling()


def test_clothing_goes_through_the_layers_and_all_networks(
    come: Callable[..., Visitor], own_server: Server, real_data: Path
) -> None:
    own_server.data_folder.mkdir(exist_ok=True)
    (own_server.data_folder / "fashion-mnist").symlink_to(real_data / "fashion-mnist")
    visitor = come(own_server.address)
    visitor.open_sidebar()
    visitor.keyed("network").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name="Clothing network").click()
    expect(visitor.invitation.filter(has_text="Pullover")).to_be_visible()
    expect(visitor.invitation).to_have_count(1)  # while the page runs, the old one is there, too
    visitor.open_source("Test picture")
    visitor.page.get_by_role("combobox", name="Class").click()
    visitor.page.get_by_role("option", name="Trouser", exact=True).click()
    right = visitor.page.locator(".pictures button").filter(has_text="✓ read as Trouser")
    expect(right.first).to_contain_text("label Trouser")
    others = visitor.page.locator(".pictures button").filter(has_not_text="label Trouser")
    expect(others).to_have_count(0)  # those of all classes are gone
    visitor.renew_canvas(right.first, key="Enter")
    expect(visitor.answer).to_have_text("Trouser")
    hidden = [f"dense_{number}" for number in (1, 2, 3, 4)]
    visitor.expect_layers(["flatten", *hidden, "logits", "probabilities"])
    visitor.go("Question it", "What do others say?")
    expect(visitor.page.locator(".answers tbody tr").first).to_contain_text("Trouser")
