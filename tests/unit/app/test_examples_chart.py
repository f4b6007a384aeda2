"""Accuracy over the number of training images, from the cards of versions."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from mnist_demo.app.places.curves.examples_chart import find_trials, make_examples_chart
from mnist_demo.networks import get_network
from mnist_demo.versions.card import Card


@pytest.fixture
def make(make_card: Callable[..., Card]) -> Any:
    """Function from an accuracy and changed settings to a card of ``three-layer``."""

    def make_changed(accuracy: float, dataset: str = "mnist", **changes: Any) -> Card:
        settings = get_network("three-layer").recipe("plain").settings | changes
        card = make_card(accuracy, network="three-layer")
        return replace(card, settings=settings, dataset=dataset)

    return make_changed


def test_versions_that_differ_in_the_number_of_images_alone_are_compared(make: Any) -> None:
    cards = [
        make(0.96),
        make(0.90, examples=1000),
        make(0.91, examples=1000),
        make(0.70, examples=100),
        make(0.75, examples=100, rotation=5.0),  # alone with its rotation
        make(0.99, dataset="drawings"),  # nobody knows how many
        make(0.92, dataset="handwriting"),
        make(0.80, dataset="handwriting", examples=100),
    ]
    trials = find_trials(cards)
    on_mnist = [(one.examples, one.accuracy) for one in trials if "images" not in one.training]
    assert on_mnist == [(100, 0.70), (1000, 0.90), (1000, 0.91), (60_000, 0.96)]
    others = [(one.examples, one.accuracy) for one in trials if "handwriting" in one.training]
    assert others == [(100, 0.80), (12_000, 0.92)]
    assert len(trials) == 6


def test_a_single_number_of_images_is_no_curve(make: Any) -> None:
    assert find_trials([make(0.96), make(0.95)]) == []


def test_the_axis_is_logarithmic_and_trainings_differ_by_more_than_colour(make: Any) -> None:
    chart = make_examples_chart(find_trials([make(0.96), make(0.7, examples=100)])).to_dict()
    lines, points = (layer["encoding"] for layer in chart["layer"])
    assert lines["x"]["scale"]["type"] == points["x"]["scale"]["type"] == "log"
    assert lines["x"]["axis"]["values"] == [100, 60_000]
    assert lines["y"]["aggregate"] == "mean"
    assert "strokeDash" in lines
    assert "shape" in points
