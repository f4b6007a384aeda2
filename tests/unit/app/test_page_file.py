"""The file of a page without a server: what is in it, and that nothing is fetched."""

import base64
import html
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mnist_demo.app.places.take_away.page.page_file import make_page
from mnist_demo.evaluation import find_kept
from mnist_demo.language import read_catalogue
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

MOST_BYTES = 1_000_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(SHIPPED_MODELS, tmp_path)


@pytest.fixture
def version(store: Store) -> Version:
    return store.default("keras-cnn")


@pytest.fixture
def page(reader: Reader, version: Version, store: Store) -> str:
    return make_page(reader, version, store, "en").decode()


def read_json(page: str, kind: Any) -> Any:
    """What is in the page's script of this type."""
    (text,) = re.findall(rf'<script type="{kind}"[^>]*>(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_it_is_small(page: str) -> None:
    assert len(page.encode()) <= MOST_BYTES


def test_it_names_no_address_but_its_own_data(page: str) -> None:
    modules = read_json(page, "importmap")["imports"].values()
    sources = [base64.b64decode(address.split(",")[1]).decode() for address in modules]
    for text in (page, *sources):
        assert not re.search(r"https?:|@import|url\(", text)
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) == {"data:,"}
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert {"default-src 'none'", "connect-src 'none'"} < set(policy.split("; "))


def test_it_says_how_well_the_version_reads(page: str, version: Version, store: Store) -> None:
    outcome = find_kept(store, version, "handwriting")
    assert outcome
    threshold = float(version.card.settings["refusal_threshold"])
    is_digit, is_rejected = outcome.labels >= 0, outcome.scores < threshold
    expected = [
        version.card.test_accuracy,
        np.mean((outcome.answers == outcome.labels)[is_digit]),
        np.mean(is_rejected[is_digit]),
        np.mean(is_rejected[~is_digit]),
    ]
    shown = re.findall(r"<dd><b>(.*?)%</b>", page)
    np.testing.assert_allclose([float(text) / 100 for text in shown], expected, atol=5.1e-5)
    assert read_json(page, "application/json")["told"]["rejectionThreshold"] == threshold


def test_what_never_rejects_says_so(reader: Reader, version: Version, store: Store) -> None:
    """And what was not measured is not told."""
    never = replace(version, card=replace(version.card, settings={}, weights_sha256="0"))
    page = make_page(reader, never, store, "en").decode()
    assert "This version never rejects: it takes everything for a digit." in page
    assert len(re.findall("<dd>", page)) == 1
    assert read_json(page, "application/json")["told"]["rejectionThreshold"] is None


def test_it_is_in_the_language_that_was_spoken(
    reader: Reader, version: Version, store: Store
) -> None:
    page = make_page(reader, version, store, "zh").decode()
    say = read_catalogue("zh").gettext
    assert '<html lang="zh">' in page
    assert say("Undo") in html.unescape(page)
    words = read_json(page, "application/json")["told"]["words"]
    assert words["sureness"][0][1] == say("I am very sure.") != "I am very sure."


def test_a_name_on_a_card_is_text(reader: Reader, version: Version, store: Store) -> None:
    name = "</script><script>alert(1)</script>"
    page = make_page(reader, replace(version, card=replace(version.card, recipe=name)), store, "en")
    assert name not in page.decode()
    assert name in html.unescape(page.decode())
