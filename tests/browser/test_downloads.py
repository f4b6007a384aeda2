"""Downloads in a browser: what arrives is a network, and it reads."""

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from playwright.sync_api import expect

from mnist_demo.reading.reader import Reader
from tests.browser.conftest import Visitor


def test_a_network_is_taken_away(
    come: Callable[..., Visitor], tmp_path: Path, reader: Reader
) -> None:
    visitor = come()
    visitor.go("Share")
    buttons = visitor.page.get_by_test_id("stDownloadButton")
    expect(buttons).to_have_count(5)
    with visitor.page.expect_download() as download:
        visitor.keyed("download-keras").get_by_role("button").first.click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.suffix == ".keras"
    images = np.random.default_rng(3).random((2, 28, 28, 1), np.float32)
    np.testing.assert_allclose(
        keras.models.load_model(path)(images), reader.read_batch(images), atol=1e-5
    )


def test_the_script_is_taken_away(come: Callable[..., Visitor]) -> None:
    visitor = come()
    visitor.go("Share")
    with visitor.page.expect_download() as download:
        visitor.keyed("download-script").get_by_role("button").first.click()
    script = download.value.path().read_text(encoding="utf-8")
    compile(script, download.value.suggested_filename, "exec")
    assert download.value.suggested_filename == "keras-cnn.py"


def test_the_page_is_taken_away(come: Callable[..., Visitor]) -> None:
    """`test_page_file.py` opens it."""
    visitor = come()
    visitor.go("Share")
    with visitor.page.expect_download() as download:
        visitor.keyed("download-page").get_by_role("button").first.click()
    page = download.value.path().read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="en">')
    assert download.value.suggested_filename.endswith(".html")
