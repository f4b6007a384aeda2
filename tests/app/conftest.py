"""Fixtures of the page's tests: visitors without a browser, and what they see."""

import base64
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_demo.app.runtime import own, readers
from mnist_demo.app.sidebar import training_panel
from mnist_demo.app.stage.canvas import Canvas, load_examples
from mnist_demo.app.trouble import WORD_JOINER
from mnist_demo.handwriting import render_strokes
from mnist_demo.handwriting.canvas_strokes import CANVAS_SIDE
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.paths import PROJECT
from mnist_demo.reading.rejection import find_rejected
from mnist_demo.training.process import Job
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store, open_store
from tests.app.served import fetch, unpack
from tests.signatures import WaitUntil

TIMEOUT_S = 120


@pytest.fixture(scope="package", autouse=True)
def _keras_as_it_was() -> Iterator[None]:
    """`keep_reruns_fast` changes Keras for good; other tests get it as it was."""
    clear_session = keras.backend.clear_session
    yield
    keras.backend.clear_session = clear_session


@pytest.fixture(scope="package")
def loaded_readers() -> Any:
    """Readers that some test has loaded, by the version's folder and key."""
    return {}


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch: pytest.MonkeyPatch, loaded_readers: Any) -> Iterator[None]:
    """Each test has a server of its own, as far as caches and the training go.

    Only TensorFlow's compilation of a reader, a second each, is not repeated.
    """
    load = readers._load

    def load_once(version: Version, store: Store) -> Any:
        key = (version.folder, version.key)
        if key not in loaded_readers:
            loaded_readers[key] = load(version, store)
        return loaded_readers[key]

    monkeypatch.setattr(readers, "_load", load_once)
    monkeypatch.setattr(Job, "prepare", lambda job, module: None)  # it would take a processor
    st.cache_resource.clear()
    st.cache_data.clear()
    get_job = training_panel.get_job
    yield
    get_job().close()
    get_job.cache_clear()
    own.get_turns.cache_clear()
    st.cache_resource.clear()
    st.cache_data.clear()


def read_markdown(text: str) -> str:
    """What somebody reads of text whose markup is escaped."""
    return re.sub(r"\\(.)", r"\1", text).replace(WORD_JOINER, "")


def data_of(component: Any) -> Any:
    """What a component of ours gets, beside the language."""
    return json.loads(component.proto.json)[1]


HISTORY = ("Undo", "Redo", "Clear")


class Visitor:
    """Somebody at the page: what he does, and what he sees."""

    def __init__(self) -> None:
        self.page = AppTest.from_file(str(PROJECT / "streamlit_app.py"), default_timeout=TIMEOUT_S)
        self.page.session_state["canvas"] = Canvas(generation=1)  # the example was cleared

    def look(self) -> "Visitor":
        """Rerun the page, and check that nothing unexpected is on it."""
        self.page.run()
        assert not self.page.exception, self.page.exception
        return self

    def draw(self, rgba: NDArray[np.uint8]) -> Any:
        """Put a drawing, (height, width, 4) uint8, on the canvas as the widget reports it.

        It is drawn on what there is, as on a canvas; how it looks is another thing.
        """
        file = io.BytesIO()
        Image.fromarray(rgba).save(file, "PNG")
        url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
        _, drawn = self.page.session_state["canvas"].moment
        raw = {"objects": [{"type": "Path"}] * (drawn + 1)}
        self.page.session_state[self.canvas_key] = {"drawing": {"raw": raw, "data": url}}
        return self.look()

    def press(self, name: str) -> Any:
        """Press the button with this label or key."""
        if name.startswith("example-"):  # a component's button, which a browser alone can press
            self.page.session_state["canvas"].put(load_examples()[name.removeprefix("example-")])
        elif name in HISTORY:  # likewise
            self.page.session_state["canvas"].act(name.lower())
        else:
            self._button(name).click()
        return self.look()

    def is_enabled(self, name: str) -> Any:
        if name in HISTORY:
            return name.lower() in self.told["possible"]
        return not self._button(name).disabled

    def has_button(self, name: str) -> Any:
        return any(name in (button.label, button.key) for button in self.page.button)

    def _button(self, name: str) -> Any:
        return next(button for button in self.page.button if name in (button.label, button.key))

    @property
    def canvas_key(self) -> Any:
        canvas = self._components("streamlit_drawable_canvas")
        return canvas[0].proto.id.rsplit("$", 1)[-1].split("-", 2)[2] if canvas else "canvas-0"

    @property
    def has_canvas(self) -> Any:
        return len(self._components("streamlit_drawable_canvas")) == 1

    @property
    def has_examples(self) -> Any:
        return len(self._components("examples")) == 1

    def _components(self, name: str) -> Any:
        return [c for c in self.page.get("bidi_component") if c.proto.component_name.endswith(name)]

    @property
    def text(self) -> Any:
        """Everything that is written on the page."""
        page = self.page
        html = [element.proto.body for element in page.get("html")]
        if self.told.get("isBlank"):
            html.append(self.told["words"]["invitation"])
        kinds = (page.markdown, page.caption, page.error, page.info, page.subheader, page.toast)
        return "\n".join([*html, *(element.value for kind in kinds for element in kind)])

    @property
    def errors(self) -> Any:
        return [read_markdown(error.value) for error in self.page.error]

    @property
    def answer(self) -> Any:
        if self.told["reading"] is None or self.is_rejected:
            return None
        return int(self.probabilities.argmax())

    @property
    def is_rejected(self) -> Any:
        logits = np.array(self.told["reading"]["logits"], np.float32)
        return bool(find_rejected(logits[np.newaxis], self.told["rejectionThreshold"])[0])

    @property
    def runner_up(self) -> Any:
        return int(self.probabilities.argsort()[-2])

    @property
    def probabilities(self) -> Any:
        """Those beside the bars, from 0 to 9."""
        return np.array(self.told["reading"]["probabilities"])

    @property
    def layers(self) -> Any:
        """What the browser gets of each layer, from its name, the image first."""
        if self.told["reading"] is None:
            return {}
        return unpack(fetch(f"/{self.told['reading']['address']}").body)[1]

    @property
    def told(self) -> Any:
        """What the answer and the network's picture are made of."""
        return self._data_of("answer")

    @property
    def choice(self) -> Any:
        """What is hidden of the network's picture, and how its colours are spread."""
        return self._data_of("picture")

    def _data_of(self, name: str) -> Any:
        (component,) = self._components(name)
        return data_of(component)

    @property
    def address(self) -> Any:
        """Value of the parameter in the address; empty where nothing is drawn."""
        return self.told["parameters"]["drawing"]

    @property
    def is_invited(self) -> Any:
        return "Draw a digit from 0 to 9" in self.text

    @property
    def metrics(self) -> Any:
        return {metric.label: metric for metric in self.page.metric}

    @property
    def version(self) -> Any:
        return self.page.selectbox(key="version").value


@pytest.fixture
def make_visitor(wait_until: WaitUntil) -> Callable[..., Visitor]:
    """Function to a visitor at the page of a server that has loaded its network, if it can."""

    def make(is_loaded: Any = True) -> Any:
        visitor = Visitor()
        if is_loaded:
            readers.preload()
            wait_until(lambda: "being loaded" not in visitor.look().text)
        else:
            visitor.look()
        return visitor

    return make


@pytest.fixture
def visitor(make_visitor: Callable[..., Visitor]) -> Visitor:
    return make_visitor()


@pytest.fixture
def slow_loading(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """TensorFlow is being loaded until this event is set."""
    is_done = threading.Event()
    load = readers._load

    def load_slowly(version: Version, store: Store) -> Any:
        assert is_done.wait(TIMEOUT_S)
        return load(version, store)

    monkeypatch.setattr(readers, "_load", load_slowly)
    yield is_done
    is_done.set()


@pytest.fixture
def drawing(drawings: list[Drawing]) -> NDArray[np.uint8]:
    """A drawing on the canvas, (320, 320, 4) uint8."""
    scale = CANVAS_SIDE / drawings[0].size
    strokes = [stroke * scale for stroke in drawings[0].strokes]
    return render_strokes(strokes, drawings[0].brush * scale, CANVAS_SIDE)


@pytest.fixture
def store(own_folders: Path) -> Store:
    """The store of the page."""
    return open_store()
