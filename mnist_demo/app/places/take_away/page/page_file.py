"""The file of a page without a server, made of the app's own modules and style sheets."""

import base64
from typing import TYPE_CHECKING, Any

import streamlit as st
from markupsafe import Markup

from mnist_demo.app.components.bundle import bundle
from mnist_demo.app.components.live.files import pack_network
from mnist_demo.app.components.modules import APP, BASE
from mnist_demo.app.numbers import percent
from mnist_demo.app.places.evaluate.evaluate import describe_rejections
from mnist_demo.app.places.evaluate.evaluate_data import RENDERED
from mnist_demo.app.session import BRUSH_WIDTH
from mnist_demo.app.sidebar.version_choice import name_version
from mnist_demo.app.stage.stage import tell_words
from mnist_demo.app.templates import render
from mnist_demo.data.catalogue import DATASETS, HANDWRITING
from mnist_demo.evaluation import find_kept
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE
from mnist_demo.handwriting.examples import read_examples
from mnist_demo.language import _, speaking
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

ENTRY = "places/take_away/page/page.js"
SHEETS = {
    "base": BASE,
    "page": "places/take_away/page/page.css",
    "measures": "places/evaluate/measures.css",
    "answer": "components/live/answer.css",
    "picture": "components/picture/picture.css",
}
COLOURS = {
    "primary-color": "primaryColor",
    "background-color": "backgroundColor",
    "secondary-background-color": "secondaryBackgroundColor",
    "text-color": "textColor",
    "border-color": "borderColor",
}


def make_page(reader: "Reader", version: Version, store: Store, language: str) -> bytes:
    """HTML, UTF-8, that draws, reads and shows every layer by itself, in ``language``.

    ``version`` is one that reads digits. What a browser needs is in the file: it asks nobody.
    Raises ModelVersionError where the version's rejection threshold is no number.
    """
    with speaking(language):
        page = render(
            "page",
            language=language,
            version=name_version(version, store),
            figures=_list_figures(version, store),
            examples=list(read_examples()),
            themes={scheme: _read_theme(scheme) for scheme in ("light", "dark")},
            radius=st.get_option("theme.baseRadius"),
            sheets={name: _read_sheet(path) for name, path in SHEETS.items()},
            modules=bundle(ENTRY, language),
            entry=ENTRY,
            data=_tell(reader, version, language),
        )
    return page.encode()


def _tell(reader: "Reader", version: Version, language: str) -> dict[str, Any]:
    """What `Data` in page.js says."""
    dataset = DATASETS[version.card.dataset]
    return {
        "language": language,
        "brush": BRUSH_WIDTH.initial,
        "examples": {
            digit: [stroke.tolist() for stroke in example.strokes]
            for digit, example in read_examples().items()
        },
        "network": base64.b64encode(pack_network(reader)).decode(),
        "told": {
            "moment": [0, 0],
            "network": version.key,
            "classes": [_(name) for name in dataset.classes],
            "side": CANVAS_SIDE,
            "isBlank": True,
            "label": "",
            "advice": "",
            "number": None,
            "rejectionThreshold": find_threshold(version.card.settings),
            "reading": None,
            "words": tell_words(dataset),
        },
    }


def _list_figures(version: Version, store: Store) -> list[tuple[str, str, str]]:
    """Name, value and meaning of what is known of how well the version reads."""
    dataset = DATASETS[version.card.dataset]
    test_set = _("{dataset} test set").format(dataset=_(dataset.title))
    figures = [(_("Accuracy"), percent(version.card.test_accuracy, 2), test_set)]
    if outcome := find_kept(store, version, HANDWRITING.name):
        outcome = outcome.with_threshold(find_threshold(version.card.settings))
        figures.append((_("Accuracy"), percent(outcome.accuracy, 2), _(RENDERED)))
        figures += describe_rejections(outcome, dataset)
    return figures


def _read_theme(scheme: str) -> dict[str, str]:
    """The colours of the app's theme, by the names that style sheets have for them."""
    return {name: st.get_option(f"theme.{scheme}.{option}") for name, option in COLOURS.items()}


def _read_sheet(path: str) -> Markup:
    return Markup((APP / path).read_text(encoding="utf-8"))
