"""What analyses the version in use: made once for each version, for all visitors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.errors import ModelVersionError
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.version_choice import get_version
from mnist_demo.store import Version, open_store

if TYPE_CHECKING:  # importing them loads TensorFlow
    from mnist_demo.attribution import Attributor
    from mnist_demo.inference import Reader
    from mnist_demo.units import Layer


@dataclass(frozen=True)
class Engine:
    """The version in use, and its reader."""

    version: Version
    reader: "Reader"

    @property
    def class_names(self) -> tuple[str, ...]:
        """What its ten answers are called."""
        return CLASS_NAMES[self.version.card.dataset]

    @property
    def attributor(self) -> "Attributor":
        """Attributes its answers."""
        return _make_attributor(self.version.key, self.reader)

    def layer(self, name: str) -> "Layer":
        """Its layer of this name, to be excited and switched off."""
        return _make_layer(self.version.key, name, self.reader)


def find_engine() -> Engine | None:
    """Engine of the version in use; None after a sentence on why there is none."""
    store = open_store()
    try:
        version = get_version(store)
        with st.spinner("Loading the network …"):
            return Engine(version, start_loading(version, store).result())
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return None


@st.cache_resource(max_entries=8, show_spinner=False)
def _make_attributor(key: str, _reader: "Reader") -> "Attributor":
    from mnist_demo.attribution import Attributor

    return Attributor(_reader.model)


@st.cache_resource(max_entries=16, show_spinner=False)
def _make_layer(key: str, name: str, _reader: "Reader") -> "Layer":
    from mnist_demo.units import Layer

    return Layer(_reader.model, name)
