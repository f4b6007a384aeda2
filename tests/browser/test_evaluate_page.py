"""The page "How well does it read?" in a browser: measure, choose a cell, choose a picture."""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from mnist_demo import evaluation

PROJECT = Path(__file__).resolve().parent.parent.parent
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: name it in CHROMIUM")


@pytest.fixture(scope="module")
def address(tmp_path_factory, wait_until):
    """Address of a server with a models folder of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    settings = {"MNIST_DEMO_MODELS": str(folder / "models"), "MNIST_DEMO_DATA": str(folder)}
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--server.port", str(port), "--server.address", "127.0.0.1"],
            cwd=PROJECT,
            env=os.environ | settings,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"

    def is_up():
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health") as response:
                return response.status == 200
        except OSError:
            return False

    wait_until(is_up, 60)
    yield address
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def open_page(browser, **settings):
    page = browser.new_page(**settings)
    page.set_default_timeout(90_000)  # other tests may keep the processor busy
    return page


def write_pen_file(path, seed):
    """Sixty digits of our own in a file."""
    samples = evaluation.make_handwriting(60, 0, seed)
    lines = [
        json.dumps({"label": drawing.label, "strokes": [s.tolist() for s in drawing.strokes]})
        for drawing in samples.drawings
    ]
    path.write_text("\n".join(lines))
    return path


def measure_file(page, address, path):
    page.goto(f"{address}/evaluate")
    page.get_by_text("A file of my own").click()
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_test_id("stButton").get_by_role("button", name="Measure").click()


def test_from_a_file_to_a_picture_on_the_draw_page(browser, address, tmp_path):
    page = open_page(browser, viewport={"width": 1200, "height": 1000})
    measure_file(page, address, write_pen_file(tmp_path / "mine.jsonl", seed=9))
    expect(page.locator(".measures")).to_contain_text("of 60 right", timeout=90_000)
    cell = page.locator(".matrix button.right").first
    row = cell.get_attribute("data-row")
    count = cell.inner_text()
    cell.click()
    expect(page.get_by_role("heading", name=f"{row}, read as {row}: {count}")).to_be_visible()
    expect(cell).to_have_attribute("aria-pressed", "true")
    pictures = page.locator(".pictures button")
    expect(pictures).to_have_count(min(int(count), 40))
    pictures.first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("answer")).to_have_text(row, timeout=90_000)
    expect(page.locator("canvas").first).to_be_visible()
    page.close()


def test_the_matrix_fits_a_phone(browser, address, tmp_path):
    page = open_page(browser, viewport={"width": 390, "height": 844})
    measure_file(page, address, write_pen_file(tmp_path / "mine.jsonl", seed=10))
    expect(page.locator(".matrix table")).to_be_visible(timeout=90_000)
    page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    page.close()


def test_a_broken_file_is_explained(browser, address, tmp_path):
    path = tmp_path / "broken.jsonl"
    path.write_text('{"label": "3", "strokes": [[[0, 0], [5, 5]]]}\nnonsense\n')
    page = open_page(browser)
    measure_file(page, address, path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Line 2 of broken.jsonl: this is not JSON.", timeout=90_000)
    page.close()
