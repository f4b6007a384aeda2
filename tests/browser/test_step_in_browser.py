"""A step of training in a browser: its numbers add up on a phone, and it goes with its place."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitor
from tests.signatures import WriteMnist

PHONE = {"width": 390, "height": 844}


def read(number: Any) -> Any:
    return float(number.inner_text().replace("−", "-").removeprefix("= "))


def test_the_numbers_of_a_step_add_up_until_another_place_is_chosen(
    come: Callable[..., Visitor], own_server: Server, write_mnist: WriteMnist
) -> None:
    write_mnist(own_server.data_folder)
    visitor = come(f"{own_server.address}/train-and-test?test=step", viewport=PHONE)
    visitor.button("Take a step").click()
    expect(visitor.page.get_by_text("The batch of step 1", exact=True)).to_be_visible()
    numbers = visitor.page.locator(".weight-arithmetic dd")
    expect(numbers).to_have_count(4)
    before, gradient, step, after = map(read, numbers.all())
    assert gradient != 0
    assert step != 0
    assert before - step == pytest.approx(after, abs=1e-6)
    result = read(visitor.page.locator(".weight-arithmetic li b").last)
    assert result == pytest.approx(after, abs=1e-6)
    expect(visitor.page.locator(".pictures button")).to_have_count(32)
    visitor.expect_rest()
    visitor.expect_no_sideways_scrolling()
    visitor.page.get_by_role("link", name="Learn more about steps downhill").click()
    expect(visitor.page.get_by_role("radio", name="Descent", exact=True)).to_be_checked()
    visitor.go("Train and test")
    expect(visitor.page.get_by_text("Take a step to see here what it changes.")).to_be_visible()
