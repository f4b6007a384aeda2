"""Every network keeps the registry's promises, and the lessons' loops do what they say."""

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.errors import TrainingDivergedError
from mnist_demo.networks import get_network, get_networks
from mnist_demo.networks.lessons import convnet, variables
from mnist_demo.networks.optimization import make_learning_rate
from mnist_demo.networks.recipe import Progress, Recipe
from mnist_demo.networks.training_loop import shuffle_rows
from mnist_demo.reading.reader import Reader
from mnist_demo.training.train import train

NETWORKS = list(get_networks())
CONVNET, VARIABLES = (get_network(name).recipe("plain") for name in ("convnet", "variables"))
LESSONS = [
    (network.name, recipe.name)
    for network in get_networks().values()
    for recipe in network.recipes
    if recipe.name in ("plain", "long", "fast")
]


def shorten(recipe: Recipe, **changes: Any) -> Recipe:
    """A few steps of a recipe."""
    length = {"epochs": 2} if recipe.steps is None else {"steps": 12}
    return dataclasses.replace(recipe, batch_size=20, report_every=4, **(length | changes))


def take_first(dataset: Dataset, count: int) -> Dataset:
    images, labels = dataset.train_images[:count], dataset.train_labels[:count]
    return dataclasses.replace(dataset, train_images=images, train_labels=labels)


@pytest.mark.parametrize(
    ("name", "parameters", "dataset"),
    [
        ("keras-cnn", 93_322, "mnist"),
        ("convnet", 1_669_002, "mnist"),
        ("three-layer", 109_386, "mnist"),
        ("variables", 235_146, "mnist"),
        ("fashion", 244_522, "fashion-mnist"),
    ],
)
def test_the_tutorials_networks_have_their_size(name: str, parameters: int, dataset: str) -> None:
    network = get_network(name)
    assert network.build().count_params() == parameters
    assert network.dataset == dataset
    assert network.default_recipe.name == "plain"


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_take_images_and_end_in_logits_and_probabilities(name: str) -> None:
    model = get_network(name).build()
    assert model.input_shape == (None, 28, 28, 1)
    assert [layer.name for layer in model.layers[-2:]] == ["logits", "probabilities"]
    assert model.output_shape == (None, 10)
    assert len({layer.name for layer in model.layers}) == len(model.layers)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_layers_activation_is_what_the_classifiers_layer_gives(
    name: str, tiny_dataset: Dataset
) -> None:
    keras.utils.set_random_seed(4)
    model = get_network(name).build()
    image = tiny_dataset.test_images[0]
    reading = Reader(model).read(image)
    output = image[np.newaxis]
    for layer in model.layers[1:]:
        output = layer(output, training=False)
        np.testing.assert_allclose(
            reading.activations[layer.name], output[0], atol=1e-5, err_msg=layer.name
        )
    assert list(reading.activations) == [layer.name for layer in model.layers[1:]]
    np.testing.assert_allclose(
        reading.probabilities, model.predict(image[np.newaxis], verbose=0)[0], atol=1e-6
    )


@pytest.mark.parametrize(("name", "recipe_name"), LESSONS)
def test_recipes_learn_and_report(name: str, recipe_name: str, tiny_dataset: Dataset) -> None:
    network = get_network(name)
    recipe = shorten(network.recipe(recipe_name))
    if recipe.optimizer == "sgd":
        recipe = dataclasses.replace(recipe, learning_rate=0.05)  # too few steps for the lesson's
    reports: list[Progress] = []
    recipe.fit(network.build(), tiny_dataset, recipe, reports.append)
    assert reports[-1].fraction == 1
    assert [report.fraction for report in reports] == sorted({r.fraction for r in reports})
    assert {report.batches for report in reports} == {recipe.count_batches(160)}
    assert reports[-1].loss < reports[0].loss
    accuracies = [report.accuracy for report in reports if report.accuracy is not None]
    assert len(accuracies) == len(reports)
    assert all(0 <= accuracy <= 1 for accuracy in accuracies)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(
    ("optimizer", "loss"),
    [("momentum", "mean_squared_error"), ("rmsprop", "sparse_categorical_crossentropy")],
)
def test_numbers_of_a_recipe_can_be_changed(
    name: str, optimizer: str, loss: str, tiny_dataset: Dataset
) -> None:
    network = get_network(name)
    recipe = shorten(network.default_recipe, optimizer=optimizer, loss=loss, learning_rate=0.01)
    model, card = train(network, recipe, take_first(tiny_dataset, 40))
    assert all(np.isfinite(weights).all() for weights in model.get_weights())
    assert (card.settings["optimizer"], card.settings["loss"]) == (optimizer, loss)
    assert card.settings["learning_rate"] == 0.01
    assert card.settings["batch_size"] == 20
    assert ("steps" in card.settings) == (recipe.steps is not None)


@pytest.mark.parametrize("name", ["keras-cnn", "convnet", "three-layer", "fashion"])
@pytest.mark.parametrize("recipe_name", ["plain", "fast"])
def test_every_loop_keeps_the_mean_of_the_weights_where_a_recipe_wants_it(
    name: str, recipe_name: str, tiny_dataset: Dataset
) -> None:
    network = get_network(name)
    recipe = shorten(network.recipe(recipe_name), schedule="constant", averaging=None)
    last, _ = train(network, recipe, tiny_dataset)
    mean, _ = train(network, dataclasses.replace(recipe, averaging=0.9), tiny_dataset)
    differences = [
        np.abs(a - b).max() for a, b in zip(*(m.get_weights() for m in (last, mean)), strict=True)
    ]
    assert max(differences) > 1e-3


@pytest.mark.parametrize("change", [{"learning_rate": 0}, {"batch_size": -1}, {"epochs": 0}])
def test_numbers_that_make_no_sense_are_rejected(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        dataclasses.replace(get_network("fashion").default_recipe, **change)


def test_only_the_unit_that_the_lesson_counts_in_can_be_changed() -> None:
    assert "epochs" in get_network("fashion").default_recipe.adjustable
    assert "steps" not in get_network("fashion").default_recipe.adjustable
    assert "steps" in get_network("convnet").default_recipe.adjustable
    fixed = dataclasses.replace(get_network("fashion").default_recipe, fixed=("loss",))
    assert "loss" not in fixed.adjustable


def test_training_that_diverges_says_so(tiny_dataset: Dataset) -> None:
    network = get_network("variables")
    recipe = shorten(network.default_recipe, learning_rate=1e9)
    with pytest.raises(TrainingDivergedError, match="smaller learning rate"):
        train(network, recipe, tiny_dataset)


def test_cosine_schedule_rises_to_the_learning_rate_and_falls_to_nothing() -> None:
    recipe = Recipe("r", "R", convnet.fit, 10, learning_rate=0.5, schedule="cosine")
    schedule = make_learning_rate(recipe, 100)
    rates = [float(schedule(step)) for step in range(101)]
    assert rates[0] == pytest.approx(0.05)
    assert np.argmax(rates) == 20
    assert max(rates) == pytest.approx(0.5)
    assert rates[60] == pytest.approx(0.25)
    assert rates[100] == pytest.approx(0, abs=1e-6)


def test_shuffled_rows_come_once_before_any_comes_again() -> None:
    rows = shuffle_rows(6, 4, 3)
    assert rows.shape == (3, 4)
    assert sorted(rows.ravel()[:6]) == list(range(6))
    assert sorted(rows.ravel()[6:]) == list(range(6))


def numeric_gradient(
    compute_loss: Callable[..., Any], values: NDArray[np.float64], index: tuple[Any, ...]
) -> float:
    """Central difference of a loss with respect to one of float64 ``values``."""
    step, kept = 1e-6, values[index]
    losses = []
    for value in (kept + step, kept - step):
        values[index] = value
        losses.append(float(compute_loss()))
    values[index] = kept
    return (losses[0] - losses[1]) / (2 * step)


def sample_indices(gradient: NDArray[np.float64], count: int = 6) -> list[Any]:
    """Places of the largest gradients and of some others."""
    flat = np.argsort(-np.abs(gradient), axis=None)
    chosen = [*flat[:count], *np.random.default_rng(0).choice(flat, count)]
    return [np.unravel_index(place, gradient.shape) for place in chosen]


def test_variables_take_the_step_that_finite_differences_take(
    tiny_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = take_first(tiny_dataset, 24)
    keras.utils.set_random_seed(2)
    start = variables.make_variables()
    before = [variable.numpy().astype(np.float64) for variable in start]
    monkeypatch.setattr(variables, "make_variables", lambda: start)
    recipe = dataclasses.replace(VARIABLES, epochs=1, batch_size=24, learning_rate=0.5)
    model = variables.build()
    variables.fit(model, dataset, recipe, lambda progress: None)
    images = dataset.train_images.reshape(24, 784).astype(np.float64)
    one_hot = np.eye(10)[dataset.train_labels]

    def compute_loss() -> float:
        w1, b1, w2, b2, w3, b3 = before
        hidden = np.maximum(images @ w1 + b1, 0)
        hidden = np.maximum(hidden @ w2 + b2, 0)
        return np.mean((hidden @ w3 + b3 - one_hot) ** 2)

    for values, after in zip(before, model.get_weights(), strict=True):
        gradient = (values - after) / 0.5
        for index in sample_indices(gradient):
            expected = numeric_gradient(compute_loss, values, index)
            assert gradient[index] == pytest.approx(expected, rel=1e-3, abs=2e-6)


def test_variables_take_the_step_that_keras_takes(
    tiny_dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = take_first(tiny_dataset, 24)
    start = variables.make_variables()
    other = variables.build()
    other.set_weights([variable.numpy() for variable in start])
    monkeypatch.setattr(variables, "make_variables", lambda: start)
    recipe = dataclasses.replace(VARIABLES, epochs=1, batch_size=24, learning_rate=0.5)
    model = variables.build()
    variables.fit(model, dataset, recipe, lambda progress: None)
    linear = keras.Model(other.inputs[0], other.get_layer("logits").output)
    linear.compile(keras.optimizers.SGD(0.5), "mean_squared_error")
    linear.train_on_batch(dataset.train_images, np.eye(10, dtype=np.float32)[dataset.train_labels])
    for ours, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@pytest.fixture
def double_precision() -> Iterator[None]:
    keras.config.set_dtype_policy("float64")
    yield
    keras.config.set_dtype_policy("float32")


def test_convnet_takes_the_step_that_finite_differences_take(
    tiny_dataset: Dataset, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    images, labels = tiny_dataset.train_images[:8], tiny_dataset.train_labels[:8]
    batch = tf.data.Dataset.from_tensors((images, labels))
    monkeypatch.setattr(convnet, "stream_batches", lambda dataset, batch_size: batch)
    model = convnet.build()
    model.get_layer("dropout").rate = 0  # it would not drop the same units again
    rng = np.random.default_rng(3)
    model.set_weights(  # with biases of zero, every black patch is on the kink of ReLU
        [values + rng.normal(0, 0.02, values.shape) for values in model.get_weights()]
    )
    before = [weights.astype(np.float64) for weights in model.get_weights()]
    recipe = dataclasses.replace(CONVNET, steps=1, optimizer="sgd", learning_rate=0.5)
    convnet.fit(model, tiny_dataset, recipe, lambda progress: None)
    request.getfixturevalue("double_precision")
    precise = convnet.build()
    precise.set_weights(before)

    def compute_loss() -> float:
        variable.assign(values)
        probabilities = precise(images.astype(np.float64), training=False).numpy()
        return -np.log(probabilities[range(8), labels]).mean()

    for values, after, variable in zip(before, model.get_weights(), precise.weights, strict=True):
        gradient = (values - after) / 0.5
        for index in sample_indices(gradient, 3):
            expected = numeric_gradient(compute_loss, values, index)
            assert gradient[index] == pytest.approx(expected, rel=2e-3, abs=5e-6)
        variable.assign(values)


def test_convnet_drops_units_only_in_training(tiny_dataset: Dataset) -> None:
    model = convnet.build()
    images = tiny_dataset.test_images[:4]
    dropped = [model(images, training=True).numpy() for _ in range(2)]
    assert not np.allclose(*dropped)
    kept = [model(images, training=False).numpy() for _ in range(2)]
    np.testing.assert_array_equal(*kept)


def test_convnets_stream_has_no_end(tiny_dataset: Dataset) -> None:
    batches = convnet.stream_batches(tiny_dataset, 100).take(5)
    assert [len(labels) for _, labels in batches] == [100] * 5


def test_fashion_shows_a_second_loss_and_tests_after_each_epoch(tiny_dataset: Dataset) -> None:
    network = get_network("fashion")
    recipe = shorten(network.default_recipe)
    reports: list[Progress] = []
    recipe.fit(network.build(), tiny_dataset, recipe, reports.append)
    assert all(0 < report.metrics["mean squared error"] < 1 for report in reports)
    tested = [report for report in reports if "test accuracy" in report.metrics]
    assert [report.epoch for report in tested] == [1, 2]
    assert all(report.batch == report.batches for report in tested)
