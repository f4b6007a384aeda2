"""The place "Learn" in a browser: numbers, cards that move, and ways to other places."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from mnist_demo.learn.chapter import CHAPTERS
from tests.browser.conftest import Server, Visitor
from tests.signatures import Examples, WriteMnist


def test_a_number_is_moved_and_another_place_is_opened(visitor: Visitor) -> None:
    visitor.go("Learn", "Activations")
    page = visitor.page
    run = visitor.keyed("lesson-activations-relu-unit")
    run.get_by_role("slider").press("ArrowRight")
    expect(run).to_contain_text("1")
    page.get_by_role("link", name="See the activations of a trained network").click()
    expect(page.get_by_role("heading", name="Look inside", level=1)).to_be_visible()
    expect(visitor.answer).to_have_text("2")
    visitor.go("Learn", "Gradients")
    page.get_by_role("link", name="See which pixels count").click()
    expect(page.get_by_role("heading", name="Question it", level=1)).to_be_visible()
    expect(page.get_by_role("radio", name="Why?")).to_be_checked()
    expect(visitor.answer).to_have_text("2")


def test_cards_move_through_the_buffer(
    come: Callable[..., Visitor], own_server: Server, write_mnist: WriteMnist, examples: Examples
) -> None:
    write_mnist(own_server.data_folder)
    visitor = come(own_server.address)
    visitor.draw(examples[7])
    visitor.go("Learn", "Data")
    shuffled = visitor.keyed("lesson-data-shuffle-cards")
    zones = {zone: shuffled.locator(f".{zone} .card") for zone in ("deck", "buffer", "batches")}

    def expect_cards(deck: int, buffer: int, batches: int) -> None:
        for zone, count in (("deck", deck), ("buffer", buffer), ("batches", batches)):
            expect(zones[zone]).to_have_count(count)

    expect_cards(16, 4, 0)
    waiting = zones["buffer"].all_inner_texts()
    shuffled.get_by_role("button", name="Next card").click()
    expect_cards(15, 4, 1)
    assert zones["batches"].inner_text() in waiting
    shuffled.get_by_role("button", name="Play").click()
    expect_cards(14, 4, 2)
    shuffled.get_by_role("button", name="Pause").click()
    while (following := shuffled.get_by_role("button", name="Next card")).is_enabled():
        following.click()
    expect_cards(0, 0, 20)
    order = visitor.page.locator(".lesson-values figure", has_text="order").first
    assert zones["batches"].all_inner_texts() == order.locator("td").all_inner_texts()
    shuffled.get_by_role("button", name="Start again").click()
    expect_cards(16, 4, 0)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_number_can_be_moved(
    chapter: str,
    come: Callable[..., Visitor],
    own_server: Server,
    write_mnist: WriteMnist,
    examples: Examples,
) -> None:
    write_mnist(own_server.data_folder)
    visitor = come(f"{own_server.address}/learn?chapter={chapter}")
    visitor.draw(examples[4])
    sliders = visitor.keyed("lesson").get_by_role("slider")
    expect(visitor.page.get_by_role("button", name="Take this lesson home")).to_be_visible()
    for index in range(sliders.count()):
        slider = sliders.nth(index)
        before = read_number(slider)
        slider.press("ArrowRight")
        if read_number(slider) == before:  # it stands at its end
            slider.press("ArrowLeft")
        assert read_number(slider) != before
        visitor.expect_rest()
    expect(visitor.page.get_by_test_id("stException")).to_have_count(0)


def read_number(slider: Locator) -> Any:
    return slider.get_attribute("aria-valuetext"), slider.get_attribute("aria-valuenow")
