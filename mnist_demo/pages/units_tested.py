"""What a fixed sample of the test images excites in a layer, computed once for all visitors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.evaluation import ImageSamples
from mnist_demo.landscape import choose_pictures
from mnist_demo.pages.engine import Engine
from mnist_demo.pages.samples import get_dataset, load_samples

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.units import Excitation


@dataclass(frozen=True, eq=False)
class Tested:
    """The sample, how the channels of a layer answer to it, and the network's answers (n,)."""

    samples: ImageSamples
    excitation: "Excitation"
    answers: NDArray[np.int64]

    @property
    def sample_name(self) -> str:
        """What it is, in words."""
        return f"{len(self.samples):,} test images"


def find_tested(engine: Engine, layer_name: str) -> Tested:
    """What the sample excites in a layer; DatasetError where the images cannot be had."""
    samples = _choose_sample(get_dataset(engine.version))
    key = (engine.version.key, samples.fingerprint)
    excitation = _excite(key, layer_name, engine, samples)
    return Tested(samples, excitation, _answer(key, engine, samples))


@st.cache_resource(max_entries=2, show_spinner=False)
def _choose_sample(dataset: str) -> ImageSamples:
    """Those of the page "Where am I?"."""
    return choose_pictures(load_samples(dataset))


@st.cache_resource(max_entries=16, show_spinner="Asking which test images excite it …")
def _excite(
    key: tuple[str, str], layer_name: str, _engine: Engine, _samples: ImageSamples
) -> "Excitation":
    return _engine.layer(layer_name).excite(_samples.pixels)


@st.cache_resource(max_entries=4, show_spinner="The network reads the test images …")
def _answer(key: tuple[str, str], _engine: Engine, _samples: ImageSamples) -> NDArray[np.int64]:
    return np.asarray(_engine.reader.read_batch(_samples.pixels).argmax(axis=1))


@st.cache_data(max_entries=64, show_spinner="The network reads the test images without it …")
def answer_without(
    version_key: str,
    layer_name: str,
    number: int,
    fingerprint: str,
    _engine: Engine,
    _tested: Tested,
) -> NDArray[np.int64]:
    """Answers (n,) to the sample with a channel or unit switched off."""
    classify = _engine.layer(layer_name).without(number)
    return np.asarray(classify(_tested.samples.pixels)[1].argmax(axis=1))
