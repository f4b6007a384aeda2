"""Test accuracy over the number of training images, of versions that differ in nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from mnist_demo.app.numbers import percent
from mnist_demo.app.places.curves.curves_chart import COLOURS, DASHES, SHAPES
from mnist_demo.app.places.train.versions_table import list_changes
from mnist_demo.app.sidebar.training_panel import is_allowed
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.language import _
from mnist_demo.versions.card import Card

if TYPE_CHECKING:  # importing it takes a while, which the app's start does not wait for
    from altair import LayerChart

HEIGHT = 300


@dataclass(frozen=True)
class Trial:
    """A version's training: what it had in common with others, how many images, how accurate."""

    training: str
    examples: int
    accuracy: float


def show_examples_chart(cards: Iterable[Card]) -> None:
    """The chart, where there are versions to compare; else how to make them, for who may."""
    trials = find_trials(cards)
    if not trials and not is_allowed():
        return
    st.subheader(_("How many images it needs"), anchor=False)
    if not trials:
        st.caption(
            _(
                "Train a network on 100, 1,000 and 10,000 images (“Data and augmentation”): its "
                "test accuracy against their number will appear here."
            )
        )
        return
    texts = (
        _("{training}, {count} images: {accuracy}").format(
            training=trial.training,
            count=f"{trial.examples:,}",
            accuracy=percent(trial.accuracy, 2),
        )
        for trial in trials
    )
    st.altair_chart(make_examples_chart(trials), width="stretch", alt=_("; ").join(texts))


def find_trials(cards: Iterable[Card]) -> list[Trial]:
    """Trainings that differ in the number of images alone, the fewest first."""
    trials = []
    for card in cards:
        examples = card.settings.get("examples") or DATASETS[card.dataset].train_images
        settings = {name: card.settings[name] for name in card.settings if name != "examples"}
        training = _("{network}, {recipe}: {changes}").format(
            network=card.network,
            recipe=card.recipe,
            changes=list_changes(replace(card, settings=settings)),
        )
        if examples:
            trials.append(Trial(training, int(examples), card.test_accuracy))
    counts = {trial.training: set[int]() for trial in trials}
    for trial in trials:
        counts[trial.training].add(trial.examples)
    compared = [trial for trial in trials if len(counts[trial.training]) > 1]
    return sorted(compared, key=lambda trial: (trial.training, trial.examples))


def make_examples_chart(trials: list[Trial]) -> "LayerChart":
    """A point for each version, a line through the means, along a logarithmic axis."""
    import altair as alt

    trainings = list(dict.fromkeys(trial.training for trial in trials))

    def tell_apart(channel: Any, values: list[Any]) -> Any:
        legend = alt.Legend(title=None, orient="bottom", columns=1, labelLimit=600)
        return channel("training:N", legend=legend).scale(domain=trainings, range=values)

    counts = sorted({trial.examples for trial in trials})
    axis = alt.Axis(values=counts, format=",")
    chart = alt.Chart(alt.InlineData([vars(trial) for trial in trials])).encode(
        alt.X("examples:Q", title=_("Training images"), axis=axis).scale(type="log"),
        tell_apart(alt.Color, COLOURS),
    )

    def go_up(field: str) -> Any:
        axis = alt.Axis(format=".0%")
        return alt.Y(field, title=_("Test accuracy"), axis=axis).scale(zero=False)

    lines = chart.mark_line().encode(go_up("mean(accuracy):Q"), tell_apart(alt.StrokeDash, DASHES))
    points = chart.mark_point(filled=True, size=90, opacity=1).encode(
        go_up("accuracy:Q"),
        tell_apart(alt.Shape, SHAPES),
        tooltip=[
            alt.Tooltip("training:N", title=_("Training")),
            alt.Tooltip("examples:Q", title=_("Training images"), format=","),
            alt.Tooltip("accuracy:Q", title=_("Test accuracy"), format=".2%"),
        ],
    )
    return cast("LayerChart", alt.layer(lines, points, height=HEIGHT))
