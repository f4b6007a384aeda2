"""A drawing is taken away in a browser: as files, and as a link that opens it again."""

import base64
import io
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.signatures import Examples


def ink_of(visitor: Visitor) -> Any:
    """How bright the canvas is, (side, side) in [0, 255]."""
    canvas = visitor.page.locator("canvas.dc-canvas.lower-canvas")
    _, encoded = canvas.evaluate("canvas => canvas.toDataURL()").split(",", 1)
    picture = Image.open(io.BytesIO(base64.b64decode(encoded)))
    return np.asarray(picture.convert("L")).astype(int)


def percentages_of(visitor: Visitor) -> Any:
    texts = visitor.page.locator(".bars .percent").all_inner_texts()
    return np.array([float(text.rstrip("%")) for text in texts])


def download(visitor: Visitor, key: str) -> Any:
    with visitor.page.expect_download() as download:
        visitor.keyed(f"download-{key}").get_by_role("button").first.click()
    return download.value.path().read_bytes()


def test_a_drawing_is_taken_away_and_opened_again(
    come: Callable[..., Visitor], examples: Examples, names_of_layers: list[str]
) -> None:
    visitor = come()
    visitor.draw(examples[3])
    expect(visitor.answer).to_have_text("3")
    visitor.layer("pool_1").locator(".eye").click()
    expect(visitor.layer("pool_1")).to_have_count(0)
    drawn, percentages = ink_of(visitor), percentages_of(visitor)
    assert 0 < (drawn > 128).mean() < 0.5

    visitor.go("Share")
    with np.load(io.BytesIO(download(visitor, "npz"))) as file:
        assert file["about/layers"].tolist() == names_of_layers
        assert file["probabilities"].argmax() == 3
    assert Image.open(io.BytesIO(download(visitor, "png"))).width == 2400
    assert b"<svg" in download(visitor, "svg")
    address = visitor.page.get_by_role("link", name="Open the link").get_attribute("href")
    assert address.startswith(visitor.page.url.split("?")[0].removesuffix("share") + "?drawing=")

    other = come(address)
    expect(other.answer).to_have_text("3")
    expect(other.layer("pool_2")).to_be_visible()
    expect(other.layer("pool_1")).to_have_count(0)
    assert np.abs(ink_of(other) - drawn).mean() < 1
    assert np.abs(percentages_of(other) - percentages).max() < 5


def test_a_class_gets_a_chapter_and_a_drawing_and_no_more(
    come: Callable[..., Visitor], examples: Examples
) -> None:
    teacher = come()
    teacher.draw(examples[5])
    expect(teacher.answer).to_have_text("5")
    teacher.go("Share")
    teacher.keyed("class-opens").get_by_role("combobox").click()
    teacher.page.get_by_role("option", name="Learn: Losses", exact=True).click()
    for part in ("The menu of places", "The other chapters"):
        teacher.keyed("class-hides").get_by_role("button", name=part).click()
    link = teacher.page.get_by_role("textbox", name="Link for your students")
    expect(link).to_have_value(re.compile(r"/learn\?chapter=losses&drawing=.+&hide=menu,chapters$"))

    learner = come(link.input_value())
    expect(learner.page.get_by_role("heading", name="Learn", level=1)).to_be_visible()
    expect(learner.keyed("notebook-losses")).to_be_visible()
    expect(learner.answer).to_have_text("5")
    expect(learner.page.get_by_role("link", name="Share", exact=True)).to_have_count(0)
    expect(learner.page.get_by_role("radio", name="Gradients")).to_have_count(0)
    expect(learner.keyed("sources").get_by_role("button", name="Example")).to_be_visible()
    learner.page.reload()
    expect(learner.keyed("notebook-losses")).to_be_visible()
    expect(learner.page.get_by_role("link", name="Share", exact=True)).to_have_count(0)
