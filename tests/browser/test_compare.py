"""The comparison in a browser: what was drawn on the draw page, by all networks."""

from playwright.sync_api import expect


def test_a_drawing_is_compared(come, examples):
    visitor = come()
    visitor.page.get_by_role("link", name="Compare").click()
    expect(visitor.page.get_by_text("Nothing is drawn yet")).to_be_visible()
    visitor.page.get_by_role("link", name="Draw").click()
    visitor.draw(examples[7])
    expect(visitor.answer).to_have_text("7")
    visitor.page.get_by_role("link", name="Compare").click()
    card = visitor.page.locator("article[data-network=keras-cnn]")
    expect(card.locator(".compared-answer")).to_have_text("7")
    expect(card.locator("h3 small")).to_have_text("plain")
    expect(visitor.page.locator("article.compared")).to_have_count(5)
    places = [one.bounding_box() for one in visitor.page.locator("article.compared").all()]
    assert len({place["x"] for place in places}) > 1  # side by side
    visitor.page.get_by_role("radio", name="In use").click()
    expect(card.locator("h3 small")).to_have_text("robust")
    expect(visitor.page.locator("article.compared")).to_have_count(5)
    visitor.page.set_viewport_size({"width": 390, "height": 844})
    visitor.expect_no_sideways_scrolling()
    places = [one.bounding_box() for one in visitor.page.locator("article.compared").all()]
    assert len({place["x"] for place in places}) == 1  # one below the other
    visitor.page.set_viewport_size({"width": 1400, "height": 1000})
    visitor.page.get_by_role("link", name="Draw").click()
    expect(visitor.answer).to_have_text("7")  # the drawing is still there
