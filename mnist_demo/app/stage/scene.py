"""What is on the stage, and what the network in use makes of it: computed once for all places."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.runtime import events
from mnist_demo.app.runtime.held import get_held
from mnist_demo.app.runtime.readers import Loading, start_loading
from mnist_demo.app.sidebar.version_choice import get_version
from mnist_demo.app.stage.advice import NO_ADVICE, Advice, advise
from mnist_demo.app.stage.canvas import CanvasContent, get_canvas, take_drawing
from mnist_demo.data.catalogue import DATASETS, MNIST, DatasetInfo
from mnist_demo.errors import BlankDrawingError, ModelVersionError
from mnist_demo.image.normalization import Normalization, normalize
from mnist_demo.reading.reading import Reading
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store


@dataclass(frozen=True)
class Source:
    """What reads: a reader as soon as there is one, its version, and what it was trained on.

    The version rejects what scores below ``rejection_threshold``, or nothing.
    """

    reader: Loading
    version: Version | None = None
    dataset: DatasetInfo = MNIST
    rejection_threshold: float | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can be asked now."""
        return self.reader.done() and not self.problem

    @property
    def problem(self) -> str:
        """Why there is no reader, in a sentence; nothing where there is one or will be."""
        try:
            if self.reader.done():
                self.reader.result()
        except ModelVersionError as error:
            return str(error)
        return ""


@dataclass(frozen=True)
class Scene:
    """A drawing, the steps from it to the network's image, and the network's reading.

    ``steps`` is None where nothing is drawn, ``reading`` where nothing can be read yet.
    """

    drawing: CanvasContent
    steps: Normalization | None
    reading: Reading | None = None
    advice: Advice = NO_ADVICE

    @property
    def image(self) -> NDArray[np.float32] | None:
        """(28, 28, 1) float32 in [0, 1], what the network gets; None where nothing is drawn."""
        if self.steps is None:
            return None
        return self.steps.image if self.drawing.image is None else self.drawing.image


def find_source(store: Store) -> Source:
    """Reader of the version in use, which may come later or not at all."""
    try:
        version = get_version(store)
        threshold = find_threshold(version.card.settings)
    except ModelVersionError as error:
        failed: Loading = Future()
        failed.set_exception(error)
        return Source(failed)
    dataset = DATASETS[version.card.dataset]
    return Source(start_loading(version, store), version, dataset, threshold)


def see(source: Source) -> Scene:
    """The scene as it is now."""
    return see_drawing(source, take_drawing())


def see_drawing(source: Source, drawing: CanvasContent) -> Scene:
    """The scene with what is on the canvas; it is computed anew only after a change."""
    key = source.version and source.version.key, source.is_ready, drawing.key
    held = get_held()
    last = held.scene
    if last is None or last[0] != key:
        last = held.scene = key, _compute(source, drawing)
    return last[1]


def put_on_stage(drawing: CanvasContent) -> NoReturn:
    """Put ``drawing`` on the canvas, whatever shows it."""
    get_canvas().put(drawing)
    st.rerun()


def _compute(source: Source, drawing: CanvasContent) -> Scene:
    scene = Scene(drawing, _prepare(drawing))
    if scene.steps is None or scene.image is None or not source.is_ready:
        return scene
    reader = source.reader.result()
    reading = reader.read(scene.image)
    advice = advise(drawing, scene.steps, reading, reader.classify)
    events.read_stroke()
    return Scene(drawing, scene.steps, reading, advice)


def _prepare(drawing: CanvasContent) -> Normalization | None:
    """Image for the network with the steps to it, or None where nothing is drawn."""
    try:
        return None if drawing.is_blank else normalize(drawing.rgba)
    except BlankDrawingError:
        return None
