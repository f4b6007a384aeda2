"""What is said of a layer, from its own configuration, and that Keras's layers say so too."""

from pathlib import Path

import keras
import pytest
from keras import layers

from mnist_demo.reading.keras_layers import describe_layers
from mnist_demo.reading.layer_kinds import describe_work, find_problem
from mnist_demo.reading.reading import LayerInfo, Window
from tests.odd_networks import BUILDERS


def describe_one(layer: keras.layers.Layer, shape: tuple[int, int, int] = (28, 28, 3)) -> LayerInfo:
    """Facts on one layer after an input of this shape."""
    source = keras.Input(shape, name="source")
    return describe_layers(keras.Model(source, layer(source)))[1]


def test_an_image_is_one_map() -> None:
    layer = describe_one(layers.Conv2D(2, 3, use_bias=False), (28, 28, 1))
    assert describe_work(layer) == (
        "Each map adds up 3 × 3 numbers of source, each times a weight; the window moves in steps "
        "of 1."
    )


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        (
            layers.Conv2D(2, 3, activation="relu"),
            "Each map adds up 3 × 3 numbers of every map of source, each times a weight, plus a "
            "bias, then applies ReLU (zero for what is below zero); the window moves in steps of "
            "1.",
        ),
        (
            layers.Conv2D(2, (3, 5), strides=(1, 2), padding="same", use_bias=False),
            "Each map adds up 3 × 5 numbers of every map of source, each times a weight; the "
            "window moves in steps of 1 × 2, and zeros count beyond the edges.",
        ),
        (
            layers.MaxPooling2D(3, strides=2),
            "Each map is the largest of 3 × 3 numbers of one map of source; the window moves in "
            "steps of 2.",
        ),
        (
            layers.AveragePooling2D((2, 4), padding="same", strides=3),
            "Each map is the mean of 2 × 4 numbers of one map of source; the window moves in "
            "steps of 3, and nothing counts beyond the edges.",
        ),
        (layers.GlobalAveragePooling2D(), "Each unit is the mean of one map of source."),
        (
            layers.Dropout(0.25),
            "It hands on the numbers of source unchanged; in training it sets a fraction of 0.25 "
            "of them to zero, chosen at random.",
        ),
        (layers.Flatten(), "It puts the 2,352 numbers of source in one row, unchanged."),
        (
            layers.LeakyReLU(0.1),
            "It applies leaky ReLU (what is below zero times 0.1) to each number of source.",
        ),
        (
            layers.Activation("leaky_relu"),
            "It applies leaky ReLU (what is below zero times 0.2) to each number of source.",
        ),
        (
            layers.ReLU(negative_slope=0.3),
            "It applies leaky ReLU (what is below zero times 0.3) to each number of source.",
        ),
        (layers.UpSampling2D(), "A layer of the kind UpSampling2D is not explained yet."),
    ],
)
def test_a_sentence_says_what_a_layer_does(layer: keras.layers.Layer, sentence: str) -> None:
    assert describe_work(describe_one(layer)) == sentence


@pytest.mark.parametrize("name", BUILDERS)
def test_every_layer_of_every_network_has_a_sentence_and_a_source(name: str) -> None:
    model = BUILDERS[name]()
    first, *others = describe_layers(model)
    assert (first.source, first.shape) == ("", (28, 28, 1))
    for before, layer in zip([first, *others], others, strict=False):
        assert (layer.source, layer.source_shape) == (before.name, before.shape)
        assert not find_problem(layer)
        assert "{" not in describe_work(layer)


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(3, 3, groups=3),
        layers.Conv2D(3, 3, dilation_rate=2),
        layers.Dense(4),
        layers.ReLU(6),
        layers.ReLU(threshold=1),
        layers.DepthwiseConv2D(3),
    ],
)
def test_what_the_arithmetic_does_not_cover_is_a_problem(layer: keras.layers.Layer) -> None:
    assert find_problem(describe_one(layer)).endswith("not explained yet.")


def test_a_layer_of_several_sources_has_none() -> None:
    image = keras.Input((4, 4, 1))
    added = layers.Add(name="added")([image, layers.Conv2D(1, 1)(image)])
    info = describe_layers(keras.Model(image, added))[-1]
    assert (info.source, info.source_shape) == ("", ())


def test_the_source_is_found_in_a_model_that_was_loaded_and_taken_apart(tmp_path: Path) -> None:
    model = BUILDERS["sixth"]()
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    keras.Model(loaded.get_layer("pool_1").output, loaded.output)
    assert describe_layers(loaded) == describe_layers(model)


@pytest.mark.parametrize(
    ("length", "size", "stride", "before"),
    [(28, 5, 2, 1), (14, 3, 2, 0), (7, 2, 1, 0), (4, 2, 4, 0)],
)
def test_windows_begin_before_the_edge_where_a_layer_pads(
    length: int, size: int, stride: int, before: int
) -> None:
    layer = layers.MaxPooling2D(size, strides=stride, padding="same")
    window = describe_one(layer, (length, length, 1)).window
    assert window == Window((size, size), (stride, stride), (before, before))
