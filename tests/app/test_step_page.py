"""The section "One step" without a browser: before and after steps, gone wrong, let go."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.places.step import step_batch
from mnist_demo.app.stage.canvas import BLANK, load_examples
from mnist_demo.networks.catalogue import LESSONS
from tests.app.conftest import data_of
from tests.app.one_page import html_of, visit_page
from tests.signatures import WaitUntil, WriteMnist


@pytest.fixture
def visit(write_mnist: WriteMnist, own_folders: Path) -> Callable[..., AppTest]:
    """Function to the section for a network, with an example on the stage."""
    write_mnist(own_folders / "data")

    def visit(network: str = "three-layer", is_blank: bool = False) -> Any:
        return visit_page("step", BLANK if is_blank else load_examples()["4"], network)

    return visit


def press(page: AppTest, key: str) -> None:
    """Press a button, and come again when what it began has ended."""
    page.button(key=key).click().run()
    if (task := training_of(page).place.task) is not None:
        task.wait()
        page.run()
    assert not page.exception, page.exception


def text_of(page: AppTest) -> Any:
    kinds = (page.markdown, page.caption, page.error, page.warning, page.info, page.subheader)
    return "\n".join(element.value for kind in kinds for element in kind)


def pictures_of(page: AppTest) -> Any:
    galleries = [
        data_of(one)
        for one in page.get("bidi_component")
        if one.proto.component_name.endswith("evaluate_pictures")
    ]
    return galleries[0]["pictures"]


def numbers_of(page: AppTest) -> Any:
    """Before, gradient, step and after of the one weight."""
    found = re.findall(r"<dt>(\w+)</dt><dd>([^<]*)</dd>", html_of(page))
    return {title: float(number.replace("−", "-")) for title, number in found}


def training_of(page: AppTest) -> Any:
    return page.session_state["own_training"]


def test_at_first_there_is_an_answer_and_no_step(visit: Callable[..., AppTest]) -> None:
    page = visit()
    assert "With these weights your drawing is read as" in text_of(page)
    assert "Take a step" in page.info[0].value
    assert not page.get("vega_lite_chart")
    assert all(
        one.help for kind in (page.button, page.selectbox, page.number_input) for one in kind
    )


@pytest.mark.parametrize("network", sorted(LESSONS.keys() - {"fashion"}))
def test_a_step_is_laid_open(visit: Callable[..., AppTest], network: str) -> None:
    page = visit(network)
    press(page, "step-take-1")
    step = training_of(page).trainer.last
    pictures = pictures_of(page)
    losses = [float(one["text"].split("\n")[1].replace("−", "-")) for one in pictures]
    assert losses == sorted(losses, reverse=True)
    assert len(pictures) == min(40, len(step.labels))
    assert losses[0] == pytest.approx(step.losses.max(), rel=0.01)
    assert pictures[0]["text"].split("\n")[0] == str(step.labels[step.losses.argmax()])
    numbers = numbers_of(page)
    update = step.updates[next(iter(step.kernels))]
    gradient = update.gradient[..., 0]
    assert abs(numbers["Gradient"]) == pytest.approx(np.abs(gradient).max(), rel=1e-4)
    assert numbers["Before"] - numbers["Step"] == pytest.approx(numbers["After"], abs=1e-6)
    assert html_of(page).count('<img src="data:image/png') == 4
    assert "Before this step your drawing was read as" in text_of(page)


def test_steps_are_charted(visit: Callable[..., AppTest]) -> None:
    page = visit()
    press(page, "step-take-1")
    press(page, "step-take-10")
    course = training_of(page).trainer.course
    assert len(course) == 11
    loss, accuracy = (chart.proto.alt for chart in page.get("vega_lite_chart"))
    assert f"from {course[0].loss:.3f} to {course[-1].loss:.3f}" in loss
    assert f"from {course[0].accuracy:.3f} to {course[-1].accuracy:.3f}" in accuracy


def test_a_hundred_steps_go_on_in_the_background_and_can_be_stopped(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch, wait_until: WaitUntil
) -> None:
    monkeypatch.setattr("mnist_demo.app.places.step.step.PATIENCE_S", 0.0)
    page = visit()
    page.number_input(key="step-batch-size-three-layer").set_value(160)
    page.button(key="step-take-100").click().run()
    assert page.button(key="step-take-1").disabled
    next(button for button in page.button if button.label == "Stop").click().run()
    wait_until(lambda: not training_of(page).place.is_running)
    page.run()
    assert "The training was stopped." in text_of(page)
    assert not page.button(key="step-take-1").disabled
    assert len(training_of(page).trainer.course) < 100


@pytest.mark.parametrize(
    ("optimizer", "reason"),
    [("sgd", "there it is steeper"), ("adam", "however small the gradient")],
)
def test_a_divergence_is_explained_with_its_numbers(
    visit: Callable[..., AppTest], optimizer: str, reason: str
) -> None:
    page = visit()
    page.selectbox(key="step-optimizer-three-layer").select(optimizer)
    page.number_input(key="step-learning-rate-three-layer").set_value(1000.0)
    press(page, "step-take-1")
    assert not page.error
    press(page, "step-take-10")
    (error,) = page.error
    trainer = training_of(page).trainer
    largest = max(one.ratio for one in trainer.course if np.isfinite(one.ratio))
    assert "**The training diverges.**" in error.value
    assert reason in error.value
    assert f"with a learning rate of 1000, was {largest:.3g} times as large" in error.value


def test_weights_that_are_no_numbers_are_shown_as_such(visit: Callable[..., AppTest]) -> None:
    page = visit("variables")  # squared error: the loss squares what has grown, again and again
    page.number_input(key="step-learning-rate-variables").set_value(1000.0)
    page.selectbox(key="step-start-variables").select("large")
    press(page, "step-take-10")
    assert "the loss is no longer a number" in page.error[0].value
    assert "no longer numbers" in html_of(page)
    assert "the probabilities are no longer numbers" in text_of(page)


def test_zeros_are_explained(visit: Callable[..., AppTest]) -> None:
    page = visit()
    page.selectbox(key="step-start-three-layer").select("zero").run()
    press(page, "step-take-1")
    assert "**The gradient of every kernel is 0.** With kernels of zeros" in page.warning[0].value
    assert numbers_of(page)["Gradient"] == 0


def test_the_version_in_use_goes_on_learning(visit: Callable[..., AppTest]) -> None:
    page = visit()
    page.selectbox(key="step-start-three-layer").select("version").run()
    assert "With these weights your drawing is read as **4**" in text_of(page)
    press(page, "step-take-1")
    assert training_of(page).trainer.last.record.accuracy > 0.5


def test_a_blank_stage_has_no_answer(visit: Callable[..., AppTest]) -> None:
    page = visit(is_blank=True)
    press(page, "step-take-1")
    assert "Draw something, to see what each step changes" in text_of(page)


def test_only_what_a_training_begins_with_starts_over(visit: Callable[..., AppTest]) -> None:
    page = visit()
    press(page, "step-take-1")
    training = training_of(page)
    page.number_input(key="step-batch-size-three-layer").set_value(7)
    page.number_input(key="step-learning-rate-three-layer").set_value(0.5).run()
    assert training_of(page) is training
    press(page, "step-take-1")
    assert training.trainer.last.record.number == 2
    assert len(training.trainer.last.labels) == 7
    assert training.trainer.last.record.learning_rate == 0.5
    page.selectbox(key="step-loss-three-layer").select("mean_squared_error").run()
    assert training_of(page) is not training
    press(page, "step-take-1")
    press(page, "step-start-over")
    assert training_of(page).trainer.last is None


def test_another_kernel_and_weight_are_shown(visit: Callable[..., AppTest]) -> None:
    page = visit("keras-cnn")
    press(page, "step-take-1")
    page.selectbox(key="step-layer").select("conv_2/kernel").run()
    page.number_input(key="step-channel-conv_2/kernel").set_value(3)
    page.number_input(key="step-rank-conv_2/kernel").set_value(288).run()
    gradient = training_of(page).trainer.last.updates["conv_2/kernel"].gradient[..., 3]
    smallest = np.abs(gradient).min()
    assert abs(numbers_of(page)["Gradient"]) == pytest.approx(smallest, rel=1e-4)
    assert re.search(r"row \d, column \d, from map \d+ to map 3", text_of(page))


def test_a_picture_of_the_batch_is_put_on_the_stage(
    visit: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit()
    press(page, "step-take-1")
    step = training_of(page).trainer.last
    reports = iter([{"picked": 5}])
    monkeypatch.setattr(step_batch, "show_gallery", lambda *_, **__: next(reports, {}))
    page.run()
    assert not page.exception
    drawing = page.session_state["canvas"].drawing
    np.testing.assert_array_equal(drawing.image, step.images[5])
    assert drawing.label == str(step.labels[5])


def test_without_data_there_is_one_sentence() -> None:
    page = visit_page("step", load_examples()["4"], "fashion")
    assert len(page.error) == 1
    assert not page.info


def test_leaving_the_section_lets_the_training_go(
    write_mnist: WriteMnist, own_folders: Path
) -> None:
    write_mnist(own_folders / "data")
    page = visit_page("train/train_and_test", load_examples()["4"], "three-layer", test="step")
    press(page, "step-take-1")
    assert training_of(page).trainer.last is not None
    page.segmented_control(key="test").set_value("curves").run()
    assert not page.exception
    assert "own_training" not in page.session_state
