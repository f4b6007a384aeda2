"""The lesson on clothing: five dense layers, two losses, and a pipeline made with ``tf.data``."""

import keras
import tensorflow as tf
from keras import layers

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.optimization import LOSSES, Tensor, accuracy, make_optimizer, squared_error
from mnist_demo.networks.recipe import OnProgress, Progress, Recipe
from mnist_demo.networks.training_loop import without_softmax


def build() -> keras.Model:
    """784-256-128-64-32-10: 244,522 parameters."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Flatten(name="flatten")(image)  # (784,)
    x = layers.Dense(256, activation="relu", name="dense_1")(x)
    x = layers.Dense(128, activation="relu", name="dense_2")(x)
    x = layers.Dense(64, activation="relu", name="dense_3")(x)
    x = layers.Dense(32, activation="relu", name="dense_4")(x)
    logits = layers.Dense(10, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(logits)
    return keras.Model(image, probabilities, name="fashion")


def fit(model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress) -> None:
    """Go through the training images ``recipe.epochs`` times, and test after each."""
    network = without_softmax(model)
    compute_loss = LOSSES[recipe.loss]
    batches = recipe.count_batches(len(dataset.train_labels))
    optimizer = make_optimizer(recipe, recipe.epochs * batches)

    @tf.function
    def train_step(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        with tf.GradientTape() as tape:
            logits = network(images, training=True)
            loss = compute_loss(labels, logits)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss, accuracy(labels, logits), squared_error(labels, tf.nn.softmax(logits))

    @tf.function
    def test() -> Tensor:
        return accuracy(dataset.test_labels, network(dataset.test_images, training=False))

    examples = make_batches(dataset, recipe.batch_size)
    for epoch in range(1, recipe.epochs + 1):
        mean_loss, mean_accuracy, mean_error = (keras.metrics.Mean() for _ in range(3))
        for batch, (images, labels) in enumerate(examples.take(batches), start=1):
            loss, hits, error = train_step(images, labels)
            mean_loss.update_state(loss)
            mean_accuracy.update_state(hits)
            mean_error.update_state(error)
            if batch % recipe.report_every == 0 or batch == batches:
                metrics = {"mean squared error": float(mean_error.result())}
                if batch == batches:
                    metrics["test accuracy"] = float(test())
                values = float(mean_loss.result()), float(mean_accuracy.result())
                on_progress(Progress(epoch, recipe.epochs, batch, batches, *values, metrics))
    optimizer.finalize_variable_values(network.trainable_variables)  # their EMA, if there is one


def make_batches(dataset: Dataset, batch_size: int) -> tf.data.Dataset:
    """Shuffled batches of training images, (n, 28, 28, 1) float32 in [0, 1], and labels.

    They are kept as bytes and made numbers when their turn comes.
    """
    pixels = tf.cast(tf.round(dataset.train_images * 255), tf.uint8)
    examples = tf.data.Dataset.from_tensor_slices((pixels, dataset.train_labels))
    batches = examples.shuffle(10_000).batch(batch_size)
    return batches.map(scale, num_parallel_calls=tf.data.AUTOTUNE).prefetch(1)


def scale(pixels: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Bytes as numbers in [0, 1]."""
    return tf.cast(pixels, tf.float32) / 255, labels
