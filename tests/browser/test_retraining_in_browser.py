"""A training of everybody's: followed, left, found again, stopped, finished and kept."""

import pytest
from playwright.sync_api import expect

SECONDS_MS = 1000


@pytest.fixture
def visit(come, own_server):
    """Function to a new visitor of the server that trains."""
    return lambda: come(own_server.address)


@pytest.fixture
def use_data(own_server, write_mnist):
    """Function that puts tiny data, so many times over, in the place of MNIST."""
    return lambda repeats: write_mnist(own_server.data_folder, repeats)


def retrain(visitor):
    visitor.keyed("retrain").get_by_role("button").click()
    expect(visitor.button("Stop training")).to_be_visible()


def choose_recipe(visitor, name, **numbers):
    visitor.page.get_by_role("button", name="Recipe: ").click()
    visitor.keyed("recipe-keras-cnn").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name=name).click()
    for number, value in numbers.items():
        field = visitor.keyed(f"keras-cnn-{name}-{number}").get_by_role("spinbutton")
        field.fill(str(value))


def read_training(visitor, recipe):
    """What the page of trainings says of the version with this recipe."""
    visitor.page.get_by_role("link", name="Training").click()
    row = visitor.page.locator(".trainings tbody tr").filter(has_text=recipe)
    expect(row).to_have_count(1)
    heads = visitor.page.locator(".trainings thead th").all_inner_texts()
    return dict(zip(heads, row.locator("td").all_inner_texts(), strict=True))


def expect_progress(visitor):
    progress = visitor.page.get_by_test_id("stProgress")
    expect(progress).to_contain_text("batch", timeout=300 * SECONDS_MS)
    return progress


def test_training_goes_on_without_its_starter_and_anybody_can_stop_it(visit, use_data, examples):
    use_data(repeats=150)
    starter, other = visit(), visit()
    retrain(starter)
    before = expect_progress(starter).inner_text()
    starter.page.reload()
    expect(expect_progress(starter)).not_to_have_text(before)
    starter.context.close()
    other.page.reload()
    expect_progress(other)
    expect(other.keyed("retrain")).to_have_count(0)
    other.draw(examples[3])
    expect(other.answer).to_have_text("3")
    newcomer = visit()
    newcomer.button("Stop training").click()
    for visitor in (newcomer, other):
        expect(visitor.page.get_by_text("The training was stopped.")).to_be_visible()
        expect(visitor.keyed("retrain").get_by_role("button")).to_be_enabled()
        expect(visitor.page.get_by_text("A new version is ready")).to_have_count(0)


def test_missing_data_is_explained_and_drawing_goes_on(visit, own_server, examples):
    (own_server.data_folder / "mnist.npz").unlink(missing_ok=True)
    visitor = visit()
    visitor.keyed("retrain").get_by_role("button").click()
    alert = visitor.page.get_by_role("alert").filter(has_text="MNIST is missing")
    expect(alert).to_be_visible(timeout=300 * SECONDS_MS)
    visitor.draw(examples[4])
    expect(visitor.answer).to_have_text("4")


def test_finished_training_is_kept_and_newcomers_get_it(visit, use_data):
    use_data(repeats=4)
    keeper = visit()
    shipped = keeper.version.input_value()
    choose_recipe(keeper, "fast", epochs=2, batch_size=32)
    retrain(keeper)
    ready = keeper.page.get_by_text("A new version is ready")
    expect(ready).to_be_visible(timeout=300 * SECONDS_MS)
    expect(
        keeper.page.get_by_text("keras-cnn, fast: accuracy on the test set of mnist")
    ).to_be_visible()
    expect(keeper.version).to_have_value(shipped)
    keeper.button("Keep").click()
    expect(ready).to_have_count(0)
    expect(keeper.version).not_to_have_value(shipped)
    kept = keeper.version.input_value()
    newcomer = visit()
    expect(newcomer.version).to_have_value(kept)
    newcomer.example(2).click()
    expect(newcomer.answer).to_be_visible()
    newcomer.version.click()
    newcomer.page.get_by_role("option", name=shipped, exact=True).click()
    expect(newcomer.version).to_have_value(shipped)
    expect(newcomer.answer).to_have_text("2")
    trained = read_training(keeper, "fast")
    assert (trained["recipe"], trained["epochs"], trained["batch size"]) == ("fast", "2", "32")


def test_dropped_version_leaves_everything_as_it_was(visit, use_data):
    use_data(repeats=4)
    visitor = visit()
    before = visitor.version.input_value()
    retrain(visitor)
    visitor.button("Drop").click(timeout=300 * SECONDS_MS)
    expect(visitor.page.get_by_text("A new version is ready")).to_have_count(0)
    expect(visitor.version).to_have_value(before)
    visitor.page.reload()
    expect(visitor.canvas).to_be_visible()
    expect(visitor.version).to_have_value(before)
