"""A training of everybody's: followed, left, found again, stopped, finished and kept."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser.conftest import Server, Visitor
from tests.signatures import Examples, WriteMnist

SECONDS_MS = 1000


@pytest.fixture
def visit(come: Callable[..., Visitor], own_server: Server) -> Callable[..., Visitor]:
    """Function to a new visitor of the server that trains, who has opened the sidebar."""

    def visit() -> Any:
        visitor = come(own_server.address)
        visitor.open_sidebar()
        return visitor

    return visit


@pytest.fixture
def use_data(own_server: Server, write_mnist: WriteMnist) -> Any:
    """Function that puts tiny data, so many times over, in the place of MNIST."""
    return lambda repeats: write_mnist(own_server.data_folder, repeats)


def retrain(visitor: Visitor) -> None:
    visitor.keyed("retrain").get_by_role("button").click()
    expect(visitor.button("Stop training")).to_be_visible()


def choose_recipe(visitor: Visitor, name: str, **numbers: Any) -> None:
    visitor.page.get_by_role("button", name="Recipe: ").click()
    visitor.keyed("recipe-keras-cnn").get_by_role("combobox").click()
    visitor.page.get_by_role("option", name=name).click()
    for number, value in numbers.items():
        field = visitor.keyed(f"keras-cnn-{name}-{number}").get_by_role("spinbutton")
        field.fill(str(value))


def close_recipe(visitor: Visitor) -> None:
    for key in ("Enter", "Escape"):  # the choice covers the button
        visitor.page.keyboard.press(key)


def find_row(visitor: Visitor, *words: Any) -> Any:
    """Row of the table of versions that has all these words."""
    visitor.go("Train and test")
    row = visitor.page.locator(".versions tbody tr")
    for word in words:
        row = row.filter(has_text=word)
    expect(row).to_have_count(1)
    return row


def expect_progress(visitor: Visitor) -> Any:
    progress = visitor.page.get_by_test_id("stProgress")
    expect(progress).to_contain_text("batch", timeout=300 * SECONDS_MS)
    return progress


def send_with_next_poll(visitor: Visitor) -> None:
    """Reload, and let what the visitor does from then on wait for the next poll by a timer."""
    waiting: list[Any] = []

    def connect(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def send(packed: Any) -> None:
            waiting.append(packed)
            asked = BackMsg.FromString(packed).rerun_script
            if asked.is_auto_rerun or not asked.fragment_id:
                while waiting:
                    server.send(waiting.pop(0))

        route.on_message(send)

    visitor.page.route_web_socket("**/_stcore/stream", connect)
    visitor.page.reload()


def test_clear_leaves_no_canvas_behind_while_a_training_is_polled(
    visit: Callable[..., Visitor], use_data: Any
) -> None:
    use_data(repeats=4)
    visitor = visit()
    choose_recipe(visitor, "plain", epochs=100_000)  # it ends only when it is stopped
    close_recipe(visitor)
    retrain(visitor)
    send_with_next_poll(visitor)
    expect_progress(visitor)
    for _ in range(5):
        visitor.put_example(3)
        visitor.page.keyboard.press("Escape")
        visitor.clear()
    visitor.button("Stop training").click()
    expect(visitor.button("Stop training")).to_have_count(0)


def test_training_goes_on_without_its_starter_and_anybody_can_stop_it(
    visit: Callable[..., Visitor], use_data: Any, examples: Examples
) -> None:
    use_data(repeats=4)
    starter, other = visit(), visit()
    choose_recipe(starter, "plain", epochs=100_000)  # it ends only when it is stopped
    close_recipe(starter)
    retrain(starter)
    before = expect_progress(starter).inner_text()
    starter.draw(examples[3])
    starter.go("Train and test", "Watch it learn")
    expect(starter.page.get_by_text("It takes your drawing for")).to_be_visible()
    starter.page.reload()
    expect(expect_progress(starter)).not_to_have_text(before)
    starter.page.close()
    other.page.reload()
    expect_progress(other)
    expect(other.keyed("retrain")).to_have_count(0)
    other.draw(examples[3])
    expect(other.answer).to_have_text("3")
    new_visitor = visit()
    new_visitor.button("Stop training").click()
    for visitor in (new_visitor, other):
        expect(visitor.page.get_by_text("The training was stopped.")).to_be_visible()
        expect(visitor.keyed("retrain").get_by_role("button")).to_be_enabled()
        expect(visitor.page.get_by_text("A new version is ready")).to_have_count(0)


def test_missing_data_is_explained_and_drawing_goes_on(
    visit: Callable[..., Visitor], own_server: Server, examples: Examples
) -> None:
    (own_server.data_folder / "mnist.npz").unlink(missing_ok=True)
    visitor = visit()
    visitor.keyed("retrain").get_by_role("button").click()
    alert = visitor.page.get_by_role("alert").filter(has_text="MNIST is missing")
    expect(alert).to_be_visible(timeout=300 * SECONDS_MS)
    visitor.draw(examples[4])
    expect(visitor.answer).to_have_text("4")


def test_a_kept_version_may_become_the_default_for_new_visitors(
    visit: Callable[..., Visitor], use_data: Any
) -> None:
    use_data(repeats=4)
    keeper = visit()
    shipped = keeper.version.input_value()
    choose_recipe(keeper, "fast", epochs=2, batch_size=32)
    close_recipe(keeper)
    retrain(keeper)
    ready = keeper.page.get_by_text("A new version is ready")
    expect(ready).to_be_visible(timeout=300 * SECONDS_MS)
    expect(keeper.version).to_have_value(shipped)
    row = find_row(keeper, "Convolutional network, trained fast")
    expect(row).to_contain_text("batch size 32, epochs 2")
    row.get_by_role("button", name="Keep: Convolutional network").click()
    expect(ready).to_have_count(0)
    expect(keeper.version).not_to_have_value(shipped)
    kept = keeper.version.input_value()
    bystander = visit()
    expect(bystander.version).to_have_value(shipped)
    row.get_by_role("button", name="Make default: Convolutional network").click()
    expect(row).to_contain_text("default")
    new_visitor = visit()
    expect(new_visitor.version).to_have_value(kept)
    find_row(new_visitor, "Convolutional network, reads everybody's handwriting").get_by_role(
        "button", name="Use"
    ).click()
    expect(new_visitor.version).to_have_value(shipped)
    new_visitor.put_example(2)
    expect(new_visitor.answer).to_have_text("2")
    with keeper.page.expect_download() as download:
        row.get_by_role("link", name="Download: Convolutional network").click()
    assert download.value.suggested_filename.endswith(".zip")
    keeper.page.once("dialog", lambda dialog: dialog.accept())
    row.get_by_role("button", name="Delete: Convolutional network").click()
    expect(row).to_have_count(0)
    expect(keeper.version).to_have_value(shipped)


def test_deleted_version_leaves_everything_as_it_was(
    visit: Callable[..., Visitor], use_data: Any
) -> None:
    use_data(repeats=4)
    visitor = visit()
    before = visitor.version.input_value()
    retrain(visitor)
    visitor.button("Delete").click(timeout=300 * SECONDS_MS)
    expect(visitor.page.get_by_text("A new version is ready")).to_have_count(0)
    expect(visitor.version).to_have_value(before)
    visitor.page.reload()
    expect(visitor.canvas).to_be_visible()
    expect(visitor.version).to_have_value(before)
