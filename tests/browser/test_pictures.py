"""Pictures in a browser: from the gallery, a photo and the map to the layers of the draw page."""

import io
import re

import pytest
from PIL import Image, ImageOps
from playwright.sync_api import expect

from mnist_demo.handwriting import make_variant, render


@pytest.fixture
def visitor(come, own_server, write_mnist):
    """At the page, on a server that has a few pictures."""
    write_mnist(own_server.data_folder)
    visitor = come(own_server.address)
    visitor.page.get_by_role("link", name="Pictures").click()
    return visitor


@pytest.fixture
def drawer(visitor):
    """The same, who has put the example of a 7 on the canvas."""
    visitor.page.get_by_role("link", name="Draw", exact=True).click()
    visitor.renew_canvas(visitor.example(7))
    expect(visitor.answer).to_have_text("7")
    return visitor


def photograph(rgba):
    """A JPEG of dark ink on light paper, the camera held sideways."""
    picture = Image.fromarray(255 - rgba[..., :3]).resize((900, 900)).rotate(90, expand=True)
    picture = ImageOps.expand(picture, (300, 100, 50, 500), fill="white")
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # to be turned clockwise
    picture.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_picture_of_the_gallery_goes_through_the_layers(visitor, names_of_layers):
    visitor.page.get_by_role("combobox", name="Class").click()
    visitor.page.get_by_role("option", name="7", exact=True).click()
    pictures = visitor.page.locator(".pictures button")
    right = pictures.filter(has_text="✓ read as 7")
    expect(right.first).to_contain_text("label 7")
    expect(pictures.filter(has_not_text="label 7")).to_have_count(0)
    right.first.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.answer).to_have_text("7")
    visitor.expect_layers(names_of_layers)


def test_a_photo_goes_through_the_layers(visitor, names_of_layers):
    photo = photograph(render(make_variant("7-crossed", seed=4)))
    file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo}
    visitor.page.locator("input[type=file]").set_input_files([file])
    expect(visitor.page.get_by_alt_text("As uploaded")).to_be_visible()
    visitor.page.get_by_role("button", name="Put it through the layers").first.click()
    expect(visitor.answer).to_have_text("7")
    visitor.expect_layers(names_of_layers)
    expect(visitor.page.get_by_text("Centre of mass to the middle")).to_be_visible()


def test_nonsense_gets_a_sentence_and_all_fits_a_phone(visitor):
    file = {"name": "picture.png", "mimeType": "image/png", "buffer": b"nonsense"}
    visitor.page.locator("input[type=file]").set_input_files([file])
    expect(visitor.page.get_by_role("alert")).to_contain_text("no picture that can be read")
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    expect(visitor.page.locator(".pictures button").first).to_be_visible()
    visitor.expect_no_sideways_scrolling()


def test_the_map_answers_mouse_keys_and_legend(drawer):
    page = drawer.page
    page.get_by_role("link", name="Where am I?").click()
    svg, details = page.locator(".where svg"), page.locator(".where .details")
    expect(svg.locator("text")).to_have_count(40)
    expect(svg).to_have_attribute("aria-label", re.compile("Yours is the cross. The 10 nearest"))

    first = page.locator(".pictures button").first
    name, distance = re.fullmatch(r"label (\d)\s+(\S+) away", first.inner_text()).groups()
    svg.focus()
    page.keyboard.press("ArrowRight")  # begins at the nearest
    expect(details).to_contain_text(f"Labelled {name}")
    expect(details).to_contain_text(f"{distance} away from yours")

    glyph = svg.locator("g.c2 text").first
    glyph.hover(force=True)  # a line to it may lie on it
    expect(details).to_contain_text("Labelled 2")
    page.locator(".legend button").filter(has_text="2").press("Enter")
    expect(svg.locator("g.faded")).to_have_count(9)
    svg.press("ArrowLeft")
    expect(details).to_contain_text("Labelled 2")

    page.set_viewport_size({"width": 390, "height": 844})
    drawer.expect_no_sideways_scrolling()
    first.press("Enter")
    expect(drawer.answer).to_be_visible()
    expect(drawer.canvas).to_be_visible()


def test_a_unit_and_a_change_are_reached_with_keys(drawer):
    page = drawer.page

    page.get_by_role("link", name="Units").click()
    expect(
        page.get_by_role("region", name="All 32 kernels of conv_1").locator("img")
    ).to_have_count(32)
    page.get_by_role("spinbutton").fill("5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Channel 5 of conv_1, switched off")).to_be_visible()
    expect(page.get_by_role("row", name="Your drawing")).to_contain_text("7,")

    page.get_by_role("link", name="Change it").click()
    expect(page.get_by_role("heading", name="The smallest change")).to_be_visible()
    changed = page.get_by_alt_text("Changed: 28 × 28 pixels")
    before = changed.get_attribute("src")
    page.get_by_role("slider", name="Turned").press("PageUp")
    expect(changed).not_to_have_attribute("src", before)
    expect(page.get_by_role("button", name="Take all changes back")).to_be_enabled()
    page.set_viewport_size({"width": 390, "height": 844})
    drawer.expect_no_sideways_scrolling()


def test_clothing_goes_through_the_layers_and_all_networks(come, own_server, shared_data):
    own_server.data_folder.mkdir(exist_ok=True)
    (own_server.data_folder / "fashion-mnist").symlink_to(shared_data / "fashion-mnist")
    visitor = come(own_server.address)
    visitor.keyed("network").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name="fashion").click()
    expect(visitor.invitation.filter(has_text="Pullover")).to_be_visible()
    expect(visitor.invitation).to_have_count(1)  # while the page runs, the old one is there, too
    visitor.page.get_by_role("link", name="Pictures").click()
    visitor.page.get_by_role("combobox", name="Class").click()
    visitor.page.get_by_role("option", name="Trouser", exact=True).click()
    right = visitor.page.locator(".pictures button").filter(has_text="✓ read as Trouser")
    expect(right.first).to_contain_text("label Trouser")
    right.first.focus()
    visitor.page.keyboard.press("Enter")
    expect(visitor.answer).to_have_text("Trouser")
    hidden = [f"dense_{number}" for number in (1, 2, 3, 4)]
    visitor.expect_layers(["flatten", *hidden, "logits", "probabilities"])
    visitor.page.get_by_role("link", name="Compare").click()
    expect(visitor.page.locator("article.compared")).to_have_count(5)
    expect(visitor.page.locator("article.compared").first).to_contain_text("Trouser")
