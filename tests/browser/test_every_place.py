"""Every place with one drawing: titles, width, accessibility, and pictures of all of them."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mnist_demo.learn.chapter import CHAPTERS, load_chapter
from tests.browser.conftest import Server, Visitor
from tests.signatures import Examples, WriteMnist

SECTIONS: dict[str, list[str | None]] = {
    "Look inside": [None],
    "Question it": [
        "Why?",
        "What if I change it?",
        "What is it like?",
        "What do others say?",
        "Why was it misread?",
    ],
    "Train and test": [
        "Versions and their training",
        "Teach it",
        "Watch it learn",
        "One step",
        "How well it reads",
    ],
    "Learn": [load_chapter(name).title for name in CHAPTERS],
    "Share": [None],
}
OPENED = {  # in this order, from what to press
    "a layer": "section.column[data-layer=conv_2] button.name",
    "a map": ".panel .tile:nth-child(4)",
    "a unit": "section.column[data-layer=dense_1] .sheet",
    "an answer": "section.column[data-layer=probabilities] .row >> nth=3",
}
SCREENS = {"phone": 390, "tablet": 768, "desktop": 1440, "wide": 1920}
PICTURES_FOLDER = os.environ.get("MNIST_DEMO_SCREENSHOTS")
ALL = [(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")]
TESTED = ALL if PICTURES_FOLDER else [("desktop", "light"), ("phone", "dark")]
SERIOUS = ("serious", "critical")


@pytest.mark.parametrize(("screen", "scheme"), TESTED)
def test_every_place_is_titled_fits_and_is_accessible(
    come: Callable[..., Visitor],
    own_server: Server,
    write_mnist: WriteMnist,
    examples: Examples,
    screen: str,
    scheme: str,
) -> None:
    write_mnist(own_server.data_folder)
    viewport = {"width": SCREENS[screen], "height": 900}
    options = {"color_scheme": scheme, "reduced_motion": "reduce"}  # what plays is faint at first
    visitor = come(own_server.address, viewport=viewport, **options)
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    problems = []
    for place, sections in SECTIONS.items():
        for section in sections:
            visitor.go(place, section)
            expect(visitor.page).to_have_title(place)
            visitor.expect_rest()
            visitor.expect_no_sideways_scrolling(but_for=["versions"])
            take_picture(visitor, f"{screen}-{scheme}-{place}-{section or ''}")
            problems += find_problems(visitor.page, f"{place}, {section}")
    visitor.go("Look inside")
    for name, opener in OPENED.items():
        visitor.page.locator(opener).click()
        expect(visitor.page.locator(".panel")).to_be_visible()
        visitor.expect_rest()
        visitor.expect_no_sideways_scrolling()
        take_picture(visitor, f"{screen}-{scheme}-{name}")
        problems += find_problems(visitor.page, name)
    assert not problems, "\n".join(problems)


@pytest.mark.skipif(not PICTURES_FOLDER, reason="shows pictures: run `make screenshots`")
def test_pictures_stand_on_one_page() -> None:
    folder = Path(PICTURES_FOLDER or "")
    names = sorted(path.stem for path in folder.glob("*.png"))
    figures = [
        f'<figure><a href="{name}.png"><img src="{name}.png" alt=""></a>{name}</figure>'
        for name in names
    ]
    head = "<!doctype html><meta charset=utf-8><title>Every place</title>"
    style = "<style>body{columns:4 18rem}figure{margin:0 0 2rem;break-inside:avoid}img{width:100%}"
    page = "\n".join([head, f"{style}</style>", *figures])
    (folder / "index.html").write_text(page, encoding="utf-8")
    assert all(any(name.startswith(screen) for name in names) for screen in SCREENS)


def find_problems(page: Page, name: str) -> Any:
    """What axe finds that keeps somebody from using the page, once nothing fades in any more."""
    page.wait_for_function(
        """() => document.getAnimations().every(one =>
            one.playState !== 'running' || one.effect.getComputedTiming().endTime === Infinity)"""
    )
    found = Axe().run(page).response["violations"]
    return [
        f"{name}: {one['id']}: {one['help']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def take_picture(visitor: Visitor, name: str) -> None:
    if PICTURES_FOLDER:
        path = Path(PICTURES_FOLDER) / f"{re.sub(r'[^a-z]+', '-', name.lower()).strip('-')}.png"
        visitor.page.screenshot(path=path, full_page=True)
