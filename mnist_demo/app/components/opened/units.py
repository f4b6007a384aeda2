"""What a browser fetches when a map or unit is opened: computed when somebody asks for it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_demo.app.components.live.files import get_reading, speak_to
from mnist_demo.app.runtime.engine import Engine, get_engine
from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.app.runtime.samples import get_dataset, load_samples
from mnist_demo.app.runtime.task import Task
from mnist_demo.data.samples import ImageSamples
from mnist_demo.errors import DemoError
from mnist_demo.explain.landscape import choose_images
from mnist_demo.explain.values import ChannelActivations
from mnist_demo.reading.layer_kinds import has_own_units
from mnist_demo.share.packing import pack

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.explain.units import LayerProbe

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, eq=False)
class SampleActivations:
    """Some test images, the activations of a layer's channels, and the network's answers (n,)."""

    images: ImageSamples
    activations: ChannelActivations
    answers: NDArray[np.int64]

    @property
    def means(self) -> NDArray[np.float32]:
        """(channels,) mean of each over all pixels of all images."""
        return np.asarray(self.activations.mean.mean(axis=0))


def find_sample(engine: Engine, layer: str) -> SampleActivations:
    """What the sample makes of a layer; DatasetError where the images cannot be had."""
    images = _choose_images(get_dataset(engine.version).name)
    key = (engine.version.key, images.fingerprint)
    activations = _activate(key, layer, engine.probe(layer), images)
    return SampleActivations(images, activations, _answer(key, engine, images))


@st.cache_resource(max_entries=2, show_spinner=False)
def _choose_images(dataset: str) -> ImageSamples:
    """Those of the question "What is it like?"."""
    return choose_images(load_samples(dataset))


@st.cache_resource(max_entries=16, show_spinner=False)
def _activate(
    key: tuple[str, str], layer: str, _probe: "LayerProbe", _images: ImageSamples
) -> ChannelActivations:
    return _probe.activate(_images.pixels)


@st.cache_resource(max_entries=4, show_spinner=False)
def _answer(key: tuple[str, str], _engine: Engine, _images: ImageSamples) -> NDArray[np.int64]:
    return np.asarray(_engine.reader.read_batch(_images.pixels).argmax(axis=1))


@st.cache_resource(max_entries=256, show_spinner=False)
def pack_unit(version_key: str, layer: str, channel: int, _engine: Engine) -> bytes:
    """What one channel or unit does, whatever is drawn.

    The array ``made`` (28, 28) is the image that maximises it, with its mean ``activation``
    there; ``top`` (9, 28, 28) are the test images that activate it most. DatasetError where there
    are no test images.
    """
    probe, sample = _engine.probe(layer), find_sample(_engine, layer)
    made = probe.maximize(channel)
    images, labels = sample.images.pixels, sample.images.labels
    top = sample.activations.top(channel)
    without = probe.replace(channel, sample.means[channel])(images)[1].argmax(axis=1)
    means = sample.activations.mean_of_classes(channel, labels)
    header = {
        "activation": made.activation,
        "count": len(labels),
        "mean": float(sample.means[channel]),
        "highestMean": float(sample.activations.mean[:, channel].max()),
        "labels": labels[top].tolist(),
        "highest": sample.activations.highest[top, channel].tolist(),
        "classMeans": [None if np.isnan(mean) else mean for mean in means.tolist()],
        "accuracy": float(np.mean(sample.answers == labels)),
        "accuracyWithout": float(np.mean(without == labels)),
        "changed": int(np.sum(without != sample.answers)),
    }
    return pack(header, {"made": made.image[..., 0], "top": images[top, ..., 0]})


def pack_without(reading_key: str, layer: str) -> bytes:
    """What a kept reading's answer becomes without each channel or unit of a layer.

    ``logits`` and ``probabilities`` are (channels, 10): in each row one of them is at its mean
    over test images. KeyError where there is no such reading or layer, DatasetError where there
    are no test images.
    """
    kept = get_reading(reading_key)
    engine = get_engine(kept.version_key)
    if not has_own_units(engine.reader.layer(layer)):
        raise KeyError(layer)
    means = find_sample(engine, layer).means
    logits, probabilities = engine.probe(layer).replace_each(kept.image, means)
    return pack({}, {"logits": logits, "probabilities": probabilities})


def _serve_unit(request: Request) -> bytes:
    key, layer, channel = (request.path_params[name] for name in ("key", "layer", "channel"))
    engine = get_engine(key)
    info = engine.reader.layer(layer)
    if not has_own_units(info) or channel >= info.shape[-1]:
        raise KeyError(layer, channel)
    return pack_unit(key, layer, channel, engine)


def _serve_without(request: Request) -> bytes:
    return pack_without(request.path_params["key"], request.path_params["layer"])


def _make_endpoint(name: str, make: Callable[[Request], bytes]) -> Endpoint:
    """Endpoint that sends what ``make`` makes, or the ``problem`` because of which it cannot.

    It is made when it is its turn, as the task ``name``: a unit takes all processors for a second.
    """

    async def serve(request: Request) -> Response:
        speak_to(request)
        try:
            packed = await Task(name, lambda on_count: make(request)).finish()
        except KeyError:
            return Response("There is nothing of this name.", 404)
        except DemoError as error:
            packed = pack({"problem": str(error)}, {})
        return Response(packed, media_type="application/octet-stream")

    return serve


ROUTES = [
    Route(
        ROOT + "{language}/units/{key}/{layer}/{channel:int}",
        _make_endpoint("unit", _serve_unit),
    ),
    Route(
        ROOT + "{language}/readings/{key}/without/{layer}",
        _make_endpoint("without", _serve_without),
    ),
]
