"""The sidebar's recipe: which there are, how long they take, and numbers that one may change."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mnist_demo.app.sidebar import training_panel
from mnist_demo.networks import get_networks
from mnist_demo.training.process import Job
from tests.app.conftest import Visitor
from tests.signatures import WaitUntil


@pytest.fixture
def retrain(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Function that presses a visitor's button and gives what it tells the training."""
    commands = []
    monkeypatch.setattr(Job, "start", lambda job, module, command, *_: commands.append(command))

    def press(visitor: Visitor) -> Any:
        visitor.press("retrain")
        command = commands[-1]
        return " ".join(command[command.index("--seed") + 2 :])

    return press


@pytest.fixture
def choose(make_visitor: Callable[..., Visitor]) -> Any:
    """Function to a visitor who has chosen a network."""

    def choose_network(name: str) -> Any:
        visitor = make_visitor()
        visitor.page.selectbox(key="network").set_value(name)
        return visitor.look()

    return choose_network


@pytest.mark.parametrize("network", get_networks().values(), ids=lambda network: network.name)
def test_every_recipe_is_on_offer_with_the_time_it_takes(choose: Any, network: Any) -> None:
    page = choose(network.name).page
    recipes = page.selectbox(key=f"recipe-{network.name}")
    assert recipes.value == network.default_recipe.name
    assert len(recipes.options) == len(network.recipes)
    for recipe, option in zip(network.recipes, recipes.options, strict=True):
        assert option.startswith(f"{recipe.name}, about ")
        assert option.endswith((" s", " min"))


def test_a_recipe_as_it_is_changes_no_number(choose: Any, retrain: Any) -> None:
    assert retrain(choose("three-layer")) == "--recipe plain --dataset mnist"


def test_changed_numbers_go_to_the_training(choose: Any, retrain: Any) -> None:
    visitor = choose("variables")
    visitor.page.selectbox(key="recipe-variables").set_value("long")
    visitor.look()
    visitor.page.number_input(key="variables-long-epochs").set_value(3)
    visitor.page.number_input(key="variables-long-learning_rate").set_value(0.05)
    visitor.page.selectbox(key="variables-long-optimizer").set_value("adam")
    visitor.page.selectbox(key="variables-long-loss").set_value("sparse_categorical_crossentropy")
    assert retrain(visitor) == (  # the page has not run since they were changed
        "--recipe long --dataset mnist --learning-rate 0.05 --epochs 3 --optimizer adam "
        "--loss sparse_categorical_crossentropy"
    )


def test_every_number_says_what_the_recipe_has(choose: Any) -> None:
    page = choose("convnet").page
    widgets = [*page.number_input, *page.selectbox]
    numbers = {w.label: w.help for w in widgets if (w.key or "").startswith("convnet-plain-")}
    assert numbers == {
        "Learning rate": "The recipe's own: 0.001.",
        "Batch size": "The recipe's own: 128.",
        "Steps": "The recipe's own: 200.",
        "Optimizer": "The recipe's own: adam.",
        "Loss": "The recipe's own: sparse_categorical_crossentropy.",
        "Training images": numbers["Training images"],
    }
    dials = [widget for widget in page.slider if (widget.key or "").startswith("convnet-plain-")]
    assert len(dials) == 3
    assert all(widget.help for widget in (*dials, page.selectbox(key="convnet-plain-examples")))


def test_clothing_is_not_drawn_by_the_project(choose: Any, retrain: Any) -> None:
    visitor = choose("fashion")
    assert all(widget.key != "images-fashion" for widget in visitor.page.selectbox)
    assert "--dataset" not in retrain(visitor)


def test_data_and_augmentation_go_to_the_training(choose: Any, retrain: Any) -> None:
    visitor = choose("three-layer")
    visitor.page.selectbox(key="three-layer-plain-examples").set_value(1000)
    visitor.page.slider(key="three-layer-plain-rotation").set_value(10.0)
    visitor.page.slider(key="three-layer-plain-thickness").set_value(0.5)
    visitor.page.selectbox(key="images-three-layer").set_value("handwriting")
    assert retrain(visitor) == (
        "--recipe plain --dataset handwriting --examples 1000 --rotation 10.0 --thickness 0.5"
    )


def test_a_recipe_that_changes_its_images_itself_offers_no_other_change(choose: Any) -> None:
    visitor = choose("keras-cnn")
    visitor.page.selectbox(key="recipe-keras-cnn").set_value("robust")
    visitor.look()
    assert not [one for one in visitor.page.slider if "keras-cnn-robust" in (one.key or "")]
    assert visitor.page.selectbox(key="keras-cnn-robust-examples").value is None


def test_a_file_of_drawings_is_learned_from_and_deleted(
    choose: Any, pen_file: Path, monkeypatch: pytest.MonkeyPatch, wait_until: WaitUntil
) -> None:
    visitor = choose("three-layer")
    visitor.page.selectbox(key="images-three-layer").set_value("drawings")
    visitor.look()
    job = training_panel.get_job()
    visitor.press("retrain")
    assert "Choose a file of drawings first." in visitor.text
    assert job.status.state == "idle"
    content = pen_file.read_bytes()
    upload = ("mine.jsonl", content, "text/plain")
    visitor.page.file_uploader(key="drawings-three-layer").set_value([upload])
    visitor.look()
    assert "200 drawings" in visitor.text
    start, noted = Job.start, []

    def note(job: Job, module: str, arguments: list[str], title: str, given: Any) -> bool:
        noted.append(given)
        return start(job, module, [*arguments, "--no-such-option"], title, given)

    monkeypatch.setattr(Job, "start", note)
    visitor.press("retrain")
    wait_until(lambda: job.status.state == "failed")
    assert noted == [{"--drawings": content}]
    assert job.snapshots
    assert not list(job.snapshots.iterdir())


def test_a_broken_file_of_drawings_is_told_at_once(choose: Any) -> None:
    visitor = choose("three-layer")
    visitor.page.selectbox(key="images-three-layer").set_value("drawings")
    visitor.look()
    upload = ("mine.jsonl", b'{"label": "x"}', "text/plain")
    visitor.page.file_uploader(key="drawings-three-layer").set_value([upload])
    visitor.look()
    assert "Line 1 of mine.jsonl: the label must be a digit" in visitor.text
    visitor.press("retrain")
    assert training_panel.get_job().status.state == "idle"
