"""The page "How well does it read?" in a browser: measure, choose a cell, choose a picture."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from mnist_demo import evaluation
from tests.browser.conftest import Server
from tests.signatures import Screens

SLOW_MS = 120_000  # loads TensorFlow, reads sixty drawings


def write_pen_file(path: Path, seed: int) -> Path:
    """Sixty digits of our own in a file."""
    samples = evaluation.make_handwriting(60, 0, seed)
    lines = [
        json.dumps({"label": drawing.label, "strokes": [s.tolist() for s in drawing.strokes]})
        for drawing in samples.drawings
    ]
    path.write_text("\n".join(lines))
    return path


def measure_file(page: Page, address: str, path: Path) -> None:
    page.goto(f"{address}/train-and-test?test=measures")
    page.get_by_text("A file of my own").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_test_id("stButton").get_by_role("button", name="Measure", exact=True).click()


@pytest.fixture
def open_page(browser: Browser, screens: Screens) -> Iterator[Any]:
    """Function from a screen's name to a page, which is closed at last."""
    contexts = []

    def open_one(screen: str = "desktop") -> Any:
        contexts.append(browser.new_context(**screens[screen]))
        contexts[-1].set_default_timeout(SLOW_MS)
        return contexts[-1].new_page()

    yield open_one
    for context in contexts:
        context.close()


def test_from_a_file_to_a_picture_on_the_draw_page(
    open_page: Any, own_server: Server, tmp_path: Path
) -> None:
    page = open_page()
    measure_file(page, own_server.address, write_pen_file(tmp_path / "mine.jsonl", seed=9))
    expect(page.locator(".measures")).to_contain_text("of 60 right", timeout=SLOW_MS)
    cell = page.locator(".matrix button.right").first
    row, count = cell.get_attribute("data-row"), cell.inner_text()
    cell.click()
    expect(page.get_by_role("heading", name=f"{row}, read as {row}: {count}")).to_be_visible()
    expect(cell).to_have_attribute("aria-pressed", "true")
    pictures = page.locator(".pictures button")
    expect(pictures).to_have_count(min(int(count), 40))
    pictures.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("answer")).to_have_text(row, timeout=SLOW_MS)
    expect(page.locator("canvas").first).to_be_visible()


def test_the_matrix_fits_a_phone(open_page: Any, own_server: Server, tmp_path: Path) -> None:
    page = open_page("phone")
    measure_file(page, own_server.address, write_pen_file(tmp_path / "mine.jsonl", seed=10))
    expect(page.locator(".matrix table")).to_be_visible(timeout=SLOW_MS)
    page.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")


def test_a_broken_file_is_explained(open_page: Any, own_server: Server, tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"label": "3", "strokes": [[[0, 0], [5, 5]]]}\nnonsense\n')
    page = open_page()
    measure_file(page, own_server.address, path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Line 2 of broken.jsonl: this is not JSON.", timeout=SLOW_MS)
