"""What makes a lesson doubtful, in sentences."""

from collections.abc import Sequence

import streamlit as st

from mnist_demo.app.places.teach.corrections import Correction, make_lesson
from mnist_demo.app.runtime.engine import Engine
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.readers import DEFAULT_NETWORK, start_loading
from mnist_demo.errors import ModelVersionError
from mnist_demo.language import N_, _
from mnist_demo.networks import get_network
from mnist_demo.reading.classifier import Classifier
from mnist_demo.teaching.lesson import Doubt, Lesson, find_contradictions, find_doubts

SEEMS_ANOTHER = N_(
    "{count} drawings to be taught as {label} look like {answer}, without any doubt. If that is "
    "what they are, the network will take other drawings of {answer} for {label}, too. Remove "
    "them, or go on if you are sure."
)
CONTRADICTION = N_(
    "Two drawings look alike, and one is to be {one}, the other {other}. The network cannot learn "
    "both: remove one."
)


def show_doubts(corrections: Sequence[Correction], engine: Engine) -> None:
    """Warnings of what is plain from the drawings, before anything is taught."""
    for text in describe_doubts(make_lesson(corrections), engine):
        st.warning(text, icon=":material/report:")


def describe_doubts(lesson: Lesson, engine: Engine) -> list[str]:
    """A sentence for each doubt; none where the lesson is plausible."""
    doubts = find_doubts(lesson, _find_witnesses(engine))
    pairs = {
        tuple(sorted((int(lesson.labels[one]), int(lesson.labels[other]))))
        for one, other in find_contradictions(lesson)
    }
    texts = [_describe(doubt) for doubt in doubts]
    return texts + [_(CONTRADICTION).format(one=one, other=other) for one, other in sorted(pairs)]


def _describe(doubt: Doubt) -> str:
    return _(SEEMS_ANOTHER).format(count=doubt.count, label=doubt.label, answer=doubt.answer)


def _find_witnesses(engine: Engine) -> list[Classifier]:
    """The version to be taught, and the one that reads most hands, where it can be had."""
    recipe = get_network(DEFAULT_NETWORK).default_version_recipe.name
    try:
        store = open_store()
        version = store.shipped(DEFAULT_NETWORK, recipe)
        return [engine.reader, start_loading(version, store).result()]
    except ModelVersionError:
        return [engine.reader]
