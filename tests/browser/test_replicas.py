"""Two servers with one models folder: alone, and behind nginx as `deploy` has it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect

from benchmarks.page import make_drawings
from benchmarks.visitors import Tally
from benchmarks.visitors import come as enter
from tests.asynchronous import run
from tests.browser.conftest import Server, Visitor, is_healthy, serve
from tests.browser.test_retraining_in_browser import (
    SECONDS_MS,
    choose_recipe,
    close_recipe,
    find_row,
    retrain,
)
from tests.nginx import proxy
from tests.signatures import Examples, Strokes, WaitUntil, WriteMnist

pytestmark = pytest.mark.long
CROWD, DRAWN_S = 100, 40.0
DOTS: list[Strokes] = [[[[40, 40], [44, 44]]], [[[280, 40], [284, 44]]]]


@pytest.fixture
def replicas(tmp_path: Path, wait_until: WaitUntil) -> Iterator[list[Server]]:
    with ExitStack() as started:
        yield [started.enter_context(serve(tmp_path, wait_until)) for _ in range(2)]


def expect_confirmed(visitor: Visitor) -> None:
    expect(visitor.page.locator(".stage-answer[data-state=confirmed]")).to_be_visible()


def test_a_visitor_goes_on_with_another_replica_and_stays_there(
    come: Callable[..., Visitor],
    replicas: list[Server],
    tmp_path: Path,
    wait_until: WaitUntil,
    examples: Examples,
) -> None:
    def find_replicas() -> list[int]:
        """Ports of those that were asked for the last reading, one after the other."""
        lines = (tmp_path / "nginx" / "access.log").read_text().splitlines()
        upstreams, _, _ = [line for line in lines if "/readings/" in line][-1].rpartition(" ")
        return [int(upstream.rpartition(":")[2]) for upstream in upstreams.split(", ")]

    with proxy(tmp_path / "nginx", [replica.port for replica in replicas]) as address:
        visitor = come(address)
        visitor.draw(examples[3])
        expect_confirmed(visitor)
        (port,) = find_replicas()
        killed, other = sorted(replicas, key=lambda replica: replica.port != port)
        visitor.mark_canvas()
        killed.process.kill()
        killed.process.wait()
        visitor.expect_new_canvas()
        expect(visitor.answer).to_have_text("3")
        visitor.draw(DOTS[0])
        expect_confirmed(visitor)
        assert find_replicas()[-1] == other.port
        with serve(tmp_path, wait_until, killed.port):
            visitor.draw(DOTS[1])
            expect_confirmed(visitor)
            assert find_replicas() == [killed.port, other.port]


@pytest.mark.parametrize("count", [2, 4])
def test_a_crowd_keeps_its_drawings_when_a_replica_is_killed_and_another_comes(
    count: int, tmp_path: Path, wait_until: WaitUntil
) -> None:
    tally = Tally()

    async def draw_all(address: str, killed: Server, started: ExitStack) -> None:
        async with AsyncExitStack() as pages:
            crowd = [await pages.enter_async_context(enter(address, tally)) for _ in range(CROWD)]
            drawing = [
                asyncio.create_task(visitor.draw(make_drawings(3, seed), DRAWN_S))
                for seed, visitor in enumerate(crowd)
            ]
            while tally.answered < 5 * CROWD:
                await asyncio.sleep(0.1)
            killed.process.kill()
            while not tally.reconnections:
                await asyncio.sleep(0.1)
            again = serve(tmp_path, wait_until, killed.port)
            await asyncio.to_thread(started.enter_context, again)
            await asyncio.gather(*drawing)

    with ExitStack() as started:
        replicas = [started.enter_context(serve(tmp_path, wait_until)) for _ in range(count)]
        ports = [replica.port for replica in replicas]
        address = started.enter_context(proxy(tmp_path / "nginx", ports))
        wait_until(lambda: is_healthy(address))
        run(draw_all(address, replicas[0], started))
    assert tally.reconnections > 0
    assert (tally.dropped, tally.lost_drawings) == (0, 0)
    assert tally.sent - tally.answered <= tally.reconnections  # what was on its way


def test_replicas_share_versions_and_train_one_at_a_time(
    come: Callable[..., Visitor], replicas: list[Server], write_mnist: WriteMnist
) -> None:
    first, second = replicas
    write_mnist(first.data_folder, repeats=4)
    keeper, other = come(first.address), come(second.address)
    for visitor in (keeper, other):
        visitor.open_sidebar()
        choose_recipe(visitor, "fast", epochs=2, batch_size=32)
        close_recipe(visitor)
    retrain(keeper)
    keep = keeper.page.get_by_role("button", name="Keep", exact=True)
    keep.click(timeout=300 * SECONDS_MS)
    row = find_row(other, "Convolutional network, trained fast")
    expect(row.get_by_role("button", name="Make default")).to_be_visible()
    choose_recipe(keeper, "plain", epochs=100_000)
    close_recipe(keeper)
    retrain(keeper)
    other.keyed("retrain").get_by_role("button").click()
    expect(other.page.get_by_text("Somebody is training or teaching a network")).to_be_visible()
    first.process.kill()
    first.process.wait()
    keeper.page.close()
    other.go("Look inside")
    lost = other.page.get_by_text("A training of keras-cnn ended with its server")
    expect(lost).to_be_visible()
    retrain(other)
    expect(lost).to_have_count(0)
    ready = other.page.get_by_text("A new version is ready")
    expect(ready).to_be_visible(timeout=300 * SECONDS_MS)
