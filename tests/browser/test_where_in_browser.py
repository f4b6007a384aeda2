"""The page "Where am I?" in a browser: pointing, keys, a class alone, and the nearest picture."""

import re

from playwright.sync_api import expect


def test_the_map_answers_mouse_keys_and_legend(come, own_server, write_mnist):
    write_mnist(own_server.data_folder)
    visitor = come(own_server.address)
    visitor.renew_canvas(visitor.example(7))
    expect(visitor.answer).to_have_text("7")
    page = visitor.page
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
    visitor.expect_no_sideways_scrolling()
    first.press("Enter")
    expect(visitor.answer).to_be_visible()
    expect(visitor.canvas).to_be_visible()
