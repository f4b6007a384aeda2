"""A tutorial's network on the page: its layers, its code, how it learned and what it reads."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.numbers import percent
from mnist_demo.app.places.curves.curves_chart import Curve, show_chart
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.app.runtime.samples import load_samples
from mnist_demo.app.templates import render
from mnist_demo.app.trouble import show_error
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import DatasetError, ModelVersionError
from mnist_demo.language import _
from mnist_demo.networks import Network, get_network
from mnist_demo.versions.card import Version
from mnist_demo.versions.history import Point

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

COUNTS = (5, 10, 16, 100)
LAST = 9900  # picture that a hundred can still begin with
SUMMARIES_KEPT = 16
SUMMARY_WIDTH = 48  # letters, which a phone has room for


@dataclass(frozen=True, eq=False)
class Answer:
    """A test picture (28, 28, 1), its class, and the class that the network gave it."""

    image: NDArray[np.float32]
    label: str
    predicted: str

    @property
    def is_right(self) -> bool:
        """Whether the two classes are the same."""
        return self.label == self.predicted


def show_tutorial(name: str) -> None:
    """All of a tutorial, from its layers to its answers on test pictures."""
    network, store = get_network(name), open_store()
    try:
        version = store.shipped(name, network.tutorial_recipe.name)
        with st.spinner(_("Loading the network …")):
            reader = start_loading(version, store).result()
        points = store.read_history(version)
    except ModelVersionError as error:
        show_error(error)
        return
    with st.container(border=True):
        _show_code(network, version, reader)
        _show_course(network, version, points)
        _show_answers(network, reader)


def show_loops(names: tuple[str, ...]) -> None:
    """The training loops of networks beside each other."""
    for column, network in zip(st.columns(len(names)), map(get_network, names), strict=True):
        with column:
            st.markdown(f"**{_(network.title)}**")
            code = inspect.getsource(inspect.unwrap(network.tutorial_recipe.fit))
            st.code(code, language="python", wrap_lines=True)


@st.cache_data(max_entries=SUMMARIES_KEPT, show_spinner=False)
def summarize(version_key: str, _reader: "Reader") -> str:
    """Keras's own summary of the network, written once for a version."""
    lines: list[str] = []
    _reader.model.summary(line_length=SUMMARY_WIDTH, print_fn=lines.append)
    return "\n".join(lines)


def find_module_code(function: Callable[..., object]) -> str:
    """The module of a function, which is the whole lesson."""
    return inspect.getsource(sys.modules[inspect.unwrap(function).__module__])


def read_test_pictures(network: Network, reader: "Reader", first: int, count: int) -> list[Answer]:
    """``count`` test pictures from number ``first`` on, and what the network says to them."""
    samples = load_samples(network.dataset)
    classes = tuple(map(_, DATASETS[network.dataset].classes))
    images = samples.images(np.arange(first, min(first + count, len(samples))))
    probabilities = reader.classify(images)[1]
    return [
        Answer(image, classes[label], classes[predicted])
        for image, label, predicted in zip(
            images, samples.labels[first:], probabilities.argmax(axis=1), strict=False
        )
    ]


def _show_code(network: Network, version: Version, reader: "Reader") -> None:
    with st.expander(_("Its layers"), icon=":material/code:"):
        st.code(summarize(version.key, reader), language=None)
    with st.expander(_("The code that builds and trains it"), icon=":material/code:"):
        st.code(find_module_code(network.build), language="python", wrap_lines=True)


def _show_course(network: Network, version: Version, points: tuple[Point, ...]) -> None:
    """The cost while it learned, as the training reported it."""
    card = version.card
    text = _(
        "Trained for {count} batches of {size}. On the {dataset} test set {accuracy} of its "
        "answers are right."
    ).format(
        count=f"{points[-1].step:,}",
        size=card.settings["batch_size"],
        dataset=_(DATASETS[network.dataset].title),
        accuracy=percent(card.test_accuracy),
    )
    st.markdown(text)
    show_chart([Curve(_(network.title), points)], "loss", "Batches")


def _show_answers(network: Network, reader: "Reader") -> None:
    """Test pictures with true and predicted label."""
    key = f"tutorial-{network.name}"
    count = st.select_slider(_("Test pictures"), COUNTS, 16, key=f"{key}-count")
    first = st.slider(_("Beginning with number"), 0, LAST, 0, 100, key=f"{key}-first")
    try:
        answers = read_test_pictures(network, reader, first, count)
    except DatasetError as error:
        show_error(error)
        return
    right = sum(answer.is_right for answer in answers)
    st.markdown(_("**{count} of {total}** are right.").format(count=right, total=len(answers)))
    st.html(render("lesson_answers", answers=answers))
