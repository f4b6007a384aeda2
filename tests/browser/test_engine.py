"""The engine in a browser against Python: the same images of drawings, the same activations."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from numpy.typing import NDArray

from mnist_demo.app.components.live.files import pack_network
from mnist_demo.app.stage.canvas import load_examples
from mnist_demo.errors import BlankDrawingError
from mnist_demo.handwriting import make_digits, make_non_digits, render
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.image.normalization import from_canvas
from mnist_demo.networks import get_network, get_networks
from mnist_demo.reading.reader import Reader, load_reader
from tests.browser.workbench import Workbench

NORMALIZE = """async shapes => {
    const { normalize } = await load("components/engine/normalize.js")
    const bytes = new Uint8Array(await fetchBytes("drawings"))
    const images = new Float32Array(shapes.length * 784)
    const isBlank = []
    let offset = 0
    shapes.forEach(([height, width], i) => {
        const steps = normalize(bytes.subarray(offset, offset + 4 * width * height), width, height)
        if (steps) images.set(steps.image, i * 784)
        isBlank.push(!steps)
        offset += 4 * width * height
    })
    await post("images", images)
    return isBlank
}"""

RUN = """async () => {
    const { readNetwork } = await load("components/engine/network.js")
    const network = readNetwork(await fetchBytes("network"))
    const images = new Float32Array(await fetchBytes("images"))
    const passes = []
    for (let i = 0; i < images.length; i += 784)
        for (const [name, values] of network.run(images.subarray(i, i + 784)))
            passes.push(values.slice())
    await post("activations", new Blob(passes))
}"""


LEARN = """async () => {
    const { readNetwork } = await load("components/engine/network.js")
    const network = readNetwork(await fetchBytes("network"))
    network.learn(await fetchBytes("other"))
    const passes = [...network.run(new Float32Array(await fetchBytes("images"))).values()]
    await post("activations", new Blob(passes))
}"""


def build_odd() -> Any:
    """Everything that the engine knows and that no network of the registry has."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(6, (5, 3), strides=(2, 1), padding="same", name="conv_1")(image)
    x = layers.BatchNormalization(epsilon=0.01, name="norm_1")(x)
    x = layers.LeakyReLU(negative_slope=0.2, name="leaky")(x)
    x = layers.AveragePooling2D(3, strides=2, padding="same", name="mean_1")(x)
    x = layers.Conv2D(7, 3, strides=2, use_bias=False, activation="tanh", name="conv_2")(x)
    x = layers.MaxPooling2D(2, strides=1, padding="same", name="pool_1")(x)
    x = layers.AveragePooling2D(2, name="mean_2")(x)
    x = layers.BatchNormalization(scale=False, center=False, name="norm_2")(x)
    x = layers.ReLU(negative_slope=0.1, name="relu")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(0.5, name="dropout")(x)
    x = layers.Dense(9, activation="sigmoid", name="dense_1")(x)
    x = layers.Dense(8, activation="leaky_relu", name="dense_2")(x)
    x = layers.Activation("tanh", name="tanh")(x)
    x = layers.Dense(12, activation="softmax", name="dense_3")(x)
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits))


def make_drawings() -> Any:
    """Three hundred drawings of all kinds, (height, width, 4) uint8."""
    drawings = [render(one) for one in make_digits(130, seed=11, size=140)]
    drawings += [render(one) for one in make_non_digits(60, seed=12, size=140)]
    drawings += [example.rgba for example in load_examples().values()]
    rng = np.random.default_rng(13)
    drawings += [np.roll(one, rng.integers(20, 90, 2), (0, 1)) for one in drawings[:20]]  # cut
    drawings += [tint(one, rng) for one in drawings[20:40]]
    drawings += [sprinkle(one, rng) for one in drawings[40:60]]
    drawings += [speck(rng) for _ in range(25)]
    drawings += [bars(rng) for _ in range(11)]
    drawings += [np.full((90, 60, 4), value, np.uint8) for value in (0, 20, 255)]
    background = np.full((70, 70, 4), 40, np.uint8)
    background[..., 3] = 255
    assert len(drawings) == 299
    return [*drawings, background]


def tint(rgba: NDArray[np.uint8], rng: np.random.Generator) -> Any:
    """Light ink in some colour on a background that is not black, a little transparent."""
    colour, background = rng.uniform(0.6, 1, 3), rng.integers(0, 60, 3)
    tinted = np.clip(rgba[..., :3] * colour + background, 0, 255)
    return np.dstack([tinted, rng.integers(200, 256, rgba.shape[:2])]).astype(np.uint8)


def sprinkle(rgba: NDArray[np.uint8], rng: np.random.Generator) -> Any:
    """With a few specks of any size anywhere."""
    sprinkled = rgba.copy()
    for y, x in rng.integers(0, len(rgba), (rng.integers(1, 6), 2)):
        sprinkled[y : y + rng.integers(1, 9), x : x + rng.integers(1, 9), :3] = 255
    return sprinkled


def speck(rng: np.random.Generator) -> Any:
    """A spot of a few pixels, anywhere, grey inside."""
    rgba = np.zeros((50, 64, 4), np.uint8)
    height, width = rng.integers(1, 9, 2)
    y, x = rng.integers(0, 50 - height + 1), rng.integers(0, 64 - width + 1)
    rgba[y : y + height, x : x + width, :3] = rng.integers(60, 256, (height, width, 1))
    rgba[..., 3] = 255
    return rgba


def bars(rng: np.random.Generator) -> Any:
    """A long, thin bar; its short side may be far less than a pixel of the image."""
    rgba = np.zeros((320, 320, 4), np.uint8)
    rgba[..., 3] = 255
    start, width = rng.integers(0, 300), rng.integers(1, 30)
    rgba[start : start + width, 5:] = 255
    return rgba if rng.random() < 0.5 else rgba.swapaxes(0, 1)


@pytest.fixture(scope="module")
def drawings() -> list[Drawing]:
    return make_drawings()


@pytest.fixture(scope="module")
def images(drawings: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
    """What Python makes of them, (300, 28, 28, 1), zeros where nothing is drawn."""
    images = np.zeros((len(drawings), 28, 28, 1), np.float32)
    for image, drawing in zip(images, drawings, strict=True):
        try:
            image[...] = from_canvas(drawing)
        except BlankDrawingError:
            continue
    return images


def test_drawings_are_normalised_as_in_python(
    workbench: Workbench, drawings: list[NDArray[np.uint8]], images: NDArray[np.float32]
) -> None:
    workbench.given["drawings"] = b"".join(drawing.tobytes() for drawing in drawings)
    is_blank = workbench.run(NORMALIZE, [drawing.shape[:2] for drawing in drawings])
    found = np.frombuffer(workbench.made["images"], np.float32).reshape(images.shape)
    np.testing.assert_array_equal(is_blank, ~images.any(axis=(1, 2, 3)))
    assert 3 <= sum(is_blank) < 10
    # Pillow's versions go across or down first, which the last digit of float32 shows.
    np.testing.assert_allclose(found, images, rtol=0, atol=1e-6)


def make_reader(name: str) -> Any:
    """Reader with the weights that ship; of what does not ship, with random ones."""
    if name != "odd":
        return load_reader(name)
    keras.utils.set_random_seed(7)
    model = build_odd()
    rng = np.random.default_rng(2)
    for layer in model.layers:  # what starts at zero or one would hide that it is forgotten
        noise = [rng.uniform(-0.2, 0.3, weights.shape) for weights in layer.get_weights()]
        layer.set_weights([w + n for w, n in zip(layer.get_weights(), noise, strict=True)])
    return Reader(model)


@pytest.mark.parametrize("name", [*sorted(get_networks()), "odd"])
def test_every_layer_gives_what_keras_gives(
    workbench: Workbench, images: NDArray[np.float32], name: Any
) -> None:
    reader = make_reader(name)
    workbench.given |= {"network": pack_network(reader), "images": images.tobytes()}
    workbench.run(RUN)
    found = np.frombuffer(workbench.made["activations"], np.float32).reshape(len(images), -1)
    start = images[0].size
    readings = [reader.read(image) for image in images]
    for layer in reader.layers:
        expected = np.stack([reading.activations[layer.name].ravel() for reading in readings])
        values = found[:, start : start + expected.shape[1]]
        np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-4, err_msg=layer.name)
        start += expected.shape[1]
    assert start == found.shape[1]
    np.testing.assert_array_equal(
        found[:, -10:].argmax(axis=1), [reading.digit for reading in readings]
    )


def test_a_network_that_learns_gives_what_one_with_its_new_weights_gives(
    workbench: Workbench, images: NDArray[np.float32]
) -> None:
    """Whatever was made of the old weights, as for a batch normalisation, is made again."""
    learned = make_reader("odd")
    reader = Reader(build_odd())
    workbench.given |= {"network": pack_network(reader), "other": pack_network(learned)}
    workbench.given["images"] = images[0].tobytes()
    workbench.run(LEARN)
    found = np.frombuffer(workbench.made["activations"], np.float32)
    activations = learned.read(images[0]).activations.values()
    expected = np.concatenate([images[0].ravel(), *(values.ravel() for values in activations)])
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)
    assert abs(found[-10:] - reader.read(images[0]).probabilities).max() > 0.01


def describe_problem(workbench: Workbench, *unknown: Any) -> Any:
    """What the engine says about a network with these layers between image and answer."""
    x = image = keras.Input((28, 28, 1), name="image")
    for layer in unknown:
        x = layer(x)
    logits = layers.Dense(10, name="logits")(layers.Flatten(name="flatten")(x))
    model = keras.Model(image, layers.Softmax(name="probabilities")(logits))
    workbench.given["network"] = pack_network(Reader(model))
    return workbench.run(
        """async () => {
            const { readNetwork } = await load("components/engine/network.js")
            return readNetwork(await fetchBytes("network")).problem
        }"""
    )


def test_what_the_engine_does_not_know_it_says_in_a_sentence(workbench: Workbench) -> None:
    cannot = "Your browser cannot compute"
    problem = describe_problem(workbench, layers.LayerNormalization(name="norm"))
    assert problem == f"{cannot} the layer norm, a LayerNormalization."
    problem = describe_problem(workbench, layers.Conv2D(2, 3, activation="gelu", name="conv"))
    assert problem == f"{cannot} the activation gelu of conv."
    problem = describe_problem(workbench, layers.Conv2D(2, 3, dilation_rate=2, name="conv"))
    assert problem == f"{cannot} the layer conv as it is set (dilation_rate)."
    problem = describe_problem(workbench, layers.Dense(3, name="dense"))
    assert problem == f"{cannot} the layer dense as it is set (28 × 28 × 1)."
    assert describe_problem(workbench) == ""


def test_every_network_of_the_registry_has_a_preview(workbench: Workbench) -> None:
    for name in get_networks():
        workbench.given["network"] = pack_network(Reader(get_network(name).build()))
        assert not workbench.run(
            """async () => {
                const { readNetwork } = await load("components/engine/network.js")
                return readNetwork(await fetchBytes("network")).problem
            }"""
        )
