"""Fixtures of the page's tests: visitors without a browser, and what they see."""

import base64
import io
import json
import re
import threading

import keras
import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from mnist_demo.pages import readers, training_panel
from mnist_demo.pages.canvas import load_examples
from mnist_demo.store import PROJECT, open_store

TIMEOUT_S = 120


@pytest.fixture(scope="package", autouse=True)
def _keras_as_it_was():
    """`readers.keep_reruns_fast` changes Keras for good; other tests get it as it was."""
    clear_session = keras.backend.clear_session
    yield
    keras.backend.clear_session = clear_session


@pytest.fixture(scope="package")
def loaded_readers():
    """Readers that some test has loaded, by the version's folder and key."""
    return {}


@pytest.fixture(autouse=True)
def fresh_server(monkeypatch, loaded_readers):
    """Each test has a server of its own, as far as caches and the training go.

    Only TensorFlow's compilation of a reader, a second each, is not repeated.
    """
    load = readers._load

    def load_once(version, store):
        key = (version.folder, version.key)
        if key not in loaded_readers:
            loaded_readers[key] = load(version, store)
        return loaded_readers[key]

    monkeypatch.setattr(readers, "_load", load_once)
    st.cache_resource.clear()
    st.cache_data.clear()
    yield
    training_panel.get_job().stop()
    st.cache_resource.clear()
    st.cache_data.clear()


class Visitor:
    """Somebody at the page: what he does, and what he sees."""

    def __init__(self):
        self.page = AppTest.from_file(str(PROJECT / "streamlit_app.py"), default_timeout=TIMEOUT_S)

    def look(self):
        """Rerun the page, and check that nothing unexpected is on it."""
        self.page.run()
        assert not self.page.exception, self.page.exception
        return self

    def draw(self, rgba):
        """Put a drawing, (height, width, 4) uint8, on the canvas as the widget reports it."""
        file = io.BytesIO()
        Image.fromarray(rgba).save(file, "PNG")
        url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
        raw = {"objects": [{"type": "Path"}]}
        self.page.session_state[self.canvas_key] = {"drawing": {"raw": raw, "data": url}}
        return self.look()

    def press(self, name):
        """Press the button with this label or key."""
        if name.startswith("example-"):  # a component's button, which a browser alone can press
            self.page.session_state["canvas"].put(load_examples()[name.removeprefix("example-")])
        else:
            self._button(name).click()
        return self.look()

    def is_enabled(self, name):
        return not self._button(name).disabled

    def has_button(self, name):
        return any(name in (button.label, button.key) for button in self.page.button)

    def _button(self, name):
        return next(button for button in self.page.button if name in (button.label, button.key))

    @property
    def canvas_key(self):
        canvas = self._components("streamlit_drawable_canvas")
        return canvas[0].proto.id.rsplit("$", 1)[-1].split("-", 2)[2] if canvas else "canvas-0"

    @property
    def has_canvas(self):
        return len(self._components("streamlit_drawable_canvas")) == 1

    @property
    def has_examples(self):
        return len(self._components("examples")) == 1

    def _components(self, name):
        return [c for c in self.page.get("bidi_component") if c.proto.component_name.endswith(name)]

    @property
    def text(self):
        """Everything that is written on the page."""
        page = self.page
        html = [element.proto.body for element in page.get("html")]
        html += [json.loads(answer.proto.json) for answer in self._components("answer")]
        kinds = (page.markdown, page.caption, page.error, page.info, page.subheader, page.toast)
        return "\n".join([*html, *(element.value for kind in kinds for element in kind)])

    @property
    def errors(self):
        return [error.value for error in self.page.error]

    @property
    def answer(self):
        found = re.search(r"data-testid='answer'>(\d)<", self.text)
        return int(found[1]) if found else None

    @property
    def is_refused(self):
        return "This is not a digit I know." in self.text

    @property
    def runner_up(self):
        return int(re.search(r"data-testid='runner-up'>(\d)<", self.text)[1])

    @property
    def percentages(self):
        """Those beside the bars, from 0 to 9."""
        found = re.findall(r"aria-label='(\d): ([\d.]+)%'", self.text)
        assert [int(digit) for digit, _ in found] == list(range(10))
        return np.array([float(percent) for _, percent in found])

    @property
    def layers(self):
        """What is shown of each layer, from its name."""
        components = self._components("layers")
        shown = json.loads(components[0].proto.json)["layers"] if components else []
        return {layer["name"]: layer for layer in shown}

    @property
    def is_invited(self):
        return "Draw a digit from 0 to 9" in self.text

    @property
    def metrics(self):
        return {metric.label: metric for metric in self.page.metric}

    @property
    def version(self):
        return self.page.selectbox(key="version").value


@pytest.fixture
def make_visitor(wait_until):
    """Function to a visitor at the page of a server that has loaded its network, if it can."""

    def make(is_loaded=True):
        visitor = Visitor()
        if is_loaded:
            readers.preload()
            wait_until(lambda: "being loaded" not in visitor.look().text)
        else:
            visitor.look()
        return visitor

    return make


@pytest.fixture
def visitor(make_visitor):
    return make_visitor()


@pytest.fixture
def slow_loading(monkeypatch):
    """TensorFlow is being loaded until this event is set."""
    is_done = threading.Event()
    load = readers._load

    def load_slowly(version, store):
        assert is_done.wait(TIMEOUT_S)
        return load(version, store)

    monkeypatch.setattr(readers, "_load", load_slowly)
    yield is_done
    is_done.set()


@pytest.fixture
def store(own_folders):
    """The store of the page."""
    return open_store()
