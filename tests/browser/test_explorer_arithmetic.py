"""The explorer's arithmetic, in a browser without a server, against Keras and `explain`."""

import base64
from dataclasses import asdict

import keras
import numpy as np
import pytest
from keras import layers

from mnist_demo.anatomy import collect_weights, describe_layers
from mnist_demo.arithmetic import explain
from mnist_demo.inference import Reader
from mnist_demo.networks import get_network, get_networks
from mnist_demo.packing import pack
from mnist_demo.pages.explorer import HERE
from mnist_demo.receptive_field import find_fields

PLACES = 4  # of each layer, beside its corners
EXPLAIN = """([network, reading, places]) => {
    const bytes = text => Uint8Array.from(atob(text), character => character.charCodeAt(0))
    const layers = connect(unpack(bytes(network)))
    const { arrays } = unpack(bytes(reading))
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


def build_odd():
    """Padding, strides, a layer without bias, other activations, one that nobody explains."""
    image = keras.Input((28, 28, 1), name="picture")
    x = layers.Conv2D(3, 4, strides=2, padding="same", activation="tanh", name="conv_1")(image)
    x = layers.MaxPooling2D(3, strides=2, padding="same", name="pool_1")(x)
    x = layers.Conv2D(4, (3, 2), padding="same", use_bias=False, name="conv_2")(x)
    x = layers.Dropout(0.3, name="dropout")(x)
    x = layers.MaxPooling2D(2, name="pool_2")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(6, activation="sigmoid", name="dense_1")(x)
    x = layers.LayerNormalization(name="norm")(x)
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits))


@pytest.fixture(scope="module")
def calculate(browser):
    """Function from a network, a reading and places to what JavaScript makes of them."""
    page = browser.new_page()
    page.add_script_tag(path=HERE / "explorer_arithmetic.js")

    def calculate(network, reading, places):
        return page.evaluate(EXPLAIN, [as_text(network), as_text(reading), places])

    yield calculate
    page.close()


def as_text(packed):
    return base64.b64encode(packed).decode()


def choose_places(shape):
    rng = np.random.default_rng(4)
    drawn = [tuple(int(rng.integers(side)) for side in shape) for _ in range(PLACES)]
    return [(0,) * len(shape), tuple(side - 1 for side in shape), *drawn]


def check(found, explained, at):
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
        case "pooling":
            assert found["result"] == found["output"] == explained.output
            assert tuple(found["winner"]) == explained.winner
            window = [-np.inf if value is None else value for value in found["window"]]
            np.testing.assert_array_equal(window, explained.window.ravel())
        case "softmax":
            np.testing.assert_array_equal(found["logits"], explained.logits)
            np.testing.assert_array_equal(found["outputs"], explained.output)
            np.testing.assert_allclose(found["exponentials"], explained.exponentials, rtol=1e-6)
            np.testing.assert_allclose(found["results"], explained.result, rtol=1e-6)
            assert found["output"] == explained.output[at[0]]
        case "copy":
            assert tuple(found["from"]) == explained.source
            assert found["result"] == found["output"] == explained.output


def check_fields(found, fields):
    assert list(found) == list(fields)
    for source, field in fields.items():
        assert found[source].items() >= asdict(field).items()


@pytest.mark.parametrize("name", [*sorted(get_networks()), "odd"])
def test_javascript_explains_every_layer_as_keras_calculates_it(calculate, name):
    keras.utils.set_random_seed(7)
    model = build_odd() if name == "odd" else get_network(name).build()
    rng = np.random.default_rng(2)
    for layer in model.layers:  # biases start at zero, where a forgotten one would not show
        layer.set_weights([w + rng.normal(0, 0.05, w.shape) for w in layer.get_weights()])
    image = rng.random((28, 28, 1), np.float32)
    activations = Reader(model).read(image).activations
    described = describe_layers(model)
    network = pack({"layers": described}, collect_weights(model))
    places = [(one["name"], at) for one in described for at in choose_places(one["shape"])]
    found = calculate(network, pack({}, {"image": image, **activations}), places)
    problems = {one["name"] for one in described if "problem" in one}
    assert problems == ({"norm"} if name == "odd" else set())
    for (layer, at), one in zip(places, found, strict=True):
        if layer == described[0]["name"]:
            assert (one["kind"], one["output"]) == ("input", image[at])
        elif layer in problems:
            assert one["problem"] == "A layer of the kind LayerNormalization is not explained yet."
        else:
            check(one, explain(model, activations, image, layer, at), at)
            if layer not in ("logits", "probabilities") or not problems:  # which come after it
                check_fields(dict(one["fields"]), find_fields(model, layer, at))
