"""What analyses the version in use: made once for each version, for all visitors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.app.runtime.own import find_version, open_store
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.app.sidebar.version_choice import get_version
from mnist_demo.app.trouble import show_error
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import ModelVersionError
from mnist_demo.language import _
from mnist_demo.versions.card import Version

if TYPE_CHECKING:  # importing them loads TensorFlow
    from mnist_demo.explain.attribution import Attributor
    from mnist_demo.explain.units import LayerProbe
    from mnist_demo.reading.reader import Reader


@dataclass(frozen=True)
class Engine:
    """The version in use, and its reader."""

    version: Version
    reader: "Reader"

    @property
    def class_names(self) -> tuple[str, ...]:
        """What its ten answers are called."""
        return DATASETS[self.version.card.dataset].classes

    @property
    def attributor(self) -> "Attributor":
        """Attributes its answers."""
        return _make_attributor(self.version.key, self.reader)

    def probe(self, layer_name: str) -> "LayerProbe":
        """Asks one of its layers about its channels or units."""
        return _make_probe(self.version.key, layer_name, self.reader)


def find_engine() -> Engine | None:
    """Engine of the version in use; None after a sentence on why there is none."""
    store = open_store()
    try:
        version = get_version(store)
        with st.spinner(_("Loading the network …")):
            return Engine(version, start_loading(version, store).result())
    except ModelVersionError as error:
        show_error(error)
        return None


def get_engine(key: str) -> Engine:
    """Engine of the version with this key; KeyError or ModelVersionError where there is none."""
    version, store = find_version(key)
    return Engine(version, start_loading(version, store).result())


@st.cache_resource(max_entries=8, show_spinner=False)
def _make_attributor(key: str, _reader: "Reader") -> "Attributor":
    from mnist_demo.explain.attribution import Attributor

    return Attributor(_reader.model)


@st.cache_resource(max_entries=16, show_spinner=False)
def _make_probe(key: str, layer_name: str, _reader: "Reader") -> "LayerProbe":
    from mnist_demo.explain.units import LayerProbe

    return LayerProbe(_reader, layer_name)
