"""The arithmetic of an output, in a browser without a server, against Keras and `explain`."""

from dataclasses import asdict
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from mnist_demo.explain.anatomy import lay_open
from mnist_demo.reading.reader import Reader
from mnist_demo.share.packing import pack
from tests.browser.workbench import Workbench
from tests.odd_networks import BUILDERS, build_untrained
from tests.oracles.arithmetic import explain
from tests.oracles.receptive_field import find_fields

PLACES = 4  # of each layer, beside its corners
EXPLAIN = """async places => {
    const { unpack } = await load("components/engine/unpack.js")
    const { attachWeights } = await load("components/engine/network.js")
    const { explain, findLargest } = await load("components/engine/arithmetic.js")
    const { findFields } = await load("components/engine/fields.js")
    const network = attachWeights(unpack(await fetchBytes("network")))
    const layers = new Map(network.map(layer => [layer.name, layer]))
    const { arrays } = unpack(await fetchBytes("reading"))
    const readings = new Map([...layers.keys()].map((name, i) => [name, arrays[i].values]))
    const asList = value => (ArrayBuffer.isView(value) ? Array.from(value) : value)
    return places.map(([name, at]) => ({
        strongest: [1, -1].map(sign =>
            findLargest(explain(layers, readings, name, at).products ?? [], sign, 6)),
        fields: [...findFields(layers, name, at)].filter(([, field]) => field.unit === undefined),
        ...Object.fromEntries(
            Object.entries(explain(layers, readings, name, at)).map(([k, v]) => [k, asList(v)])),
    }))
}"""


def build_unexplained() -> Any:
    """A layer in the middle that nobody explains."""
    image = keras.Input((28, 28, 1), name="picture")
    x = layers.MaxPooling2D(3, name="pool_1")(image)
    x = layers.Flatten(name="flatten")(layers.LayerNormalization(name="norm")(x))
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits))


def choose_places(shape: Any) -> Any:
    rng = np.random.default_rng(4)
    drawn = [tuple(int(rng.integers(side)) for side in shape) for _ in range(PLACES)]
    return [(0,) * len(shape), tuple(side - 1 for side in shape), *drawn]


def check(found: Any, explained: Any, at: Any) -> None:
    """What JavaScript found is what `explain` found, and what the layer gave."""
    assert np.float32(found["result"]) == pytest.approx(found["output"], rel=1e-5, abs=1e-5)
    match found["kind"]:
        case "sum":
            assert found["output"] == explained.output
            assert found["total"] == pytest.approx(explained.total, abs=1e-5)
            assert found["bias"] == explained.bias
            assert found["activation"] == explained.activation
            np.testing.assert_array_equal(found["inputs"], explained.inputs.ravel())
            np.testing.assert_array_equal(found["kernel"], explained.kernel.ravel())
            np.testing.assert_array_equal(found["products"], explained.products.ravel())
            for indices, ours in zip(found["strongest"], explained.strongest(6), strict=True):
                products = explained.products.ravel()
                np.testing.assert_array_equal(products[indices], products[ours])
            if explained.products.ndim == 3:
                assert found["corner"] == [explained.top, explained.left]
                np.testing.assert_allclose(
                    found["channelSums"], explained.channel_sums, rtol=1e-5, atol=1e-6
                )
        case "largest" | "mean":
            assert found["count"] == np.isfinite(explained.window).sum()
            np.testing.assert_array_equal(found["window"], explained.window.ravel())
            if found["kind"] == "largest":
                assert found["result"] == found["output"] == explained.output
                assert [tuple(winner) for winner in found["winners"]] == list(explained.winners)
                assert len(found["best"]) == len(found["winners"])
            else:
                assert found["sum"] / found["count"] == pytest.approx(explained.result, rel=1e-5)
        case "normalization":
            terms = found["mean"], found["deviation"], found["scale"], found["shift"]
            expected = explained.mean, explained.deviation, explained.gamma, explained.beta
            np.testing.assert_allclose(terms, expected, rtol=1e-6)
        case "activation":
            assert (found["input"], found["activation"]) == (explained.source, explained.activation)
        case "softmax":
            np.testing.assert_array_equal(found["logits"], explained.logits)
            np.testing.assert_array_equal(found["outputs"], explained.output)
            np.testing.assert_allclose(found["exponentials"], explained.exponentials, rtol=1e-6)
            np.testing.assert_allclose(found["results"], explained.result, rtol=1e-6)
            assert found["output"] == explained.output[at[0]]
        case "copy":
            assert tuple(found["from"]) == explained.source
            assert found["result"] == found["output"] == explained.output


def check_fields(found: Any, fields: Any) -> None:
    assert list(found) == list(fields)
    for source, field in fields.items():
        assert found[source].items() >= asdict(field).items()


@pytest.mark.parametrize("name", [*BUILDERS, "unexplained"])
def test_javascript_explains_every_layer_as_keras_calculates_it(
    workbench: Workbench, name: Any
) -> None:
    model = build_untrained(BUILDERS.get(name, build_unexplained))
    image = np.random.default_rng(2).random((28, 28, 1), np.float32)
    image[:9, :9] = 0  # as in a drawing: in windows of equal numbers nobody wins
    reader = Reader(model)
    activations = reader.read(image).activations
    described = lay_open([reader.input, *reader.layers])
    workbench.given["network"] = pack({"layers": described}, reader.weights)
    workbench.given["reading"] = pack({}, {"image": image, **activations})
    places = [(one["name"], at) for one in described for at in choose_places(one["shape"])]
    found = workbench.run(EXPLAIN, places)
    problems = {one["name"] for one in described if "problem" in one}
    assert problems == ({"norm"} if name == "unexplained" else set())
    for (layer, at), one in zip(places, found, strict=True):
        if layer == described[0]["name"]:
            assert (one["kind"], one["output"]) == ("input", image[at])
        elif layer in problems:
            assert one["problem"] == "A layer of the kind LayerNormalization is not explained yet."
        else:
            check(one, explain(model, activations, image, layer, at), at)
            if layer == "pool_1" or not problems:  # which others come after
                check_fields(dict(one["fields"]), find_fields(model, layer, at))
