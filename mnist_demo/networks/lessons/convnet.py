"""The ConvNet lesson: a stream of batches from ``tf.data``, and a training loop of one's own."""

import keras
import tensorflow as tf
from keras import layers

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.optimization import LOSSES, Tensor, accuracy, make_optimizer
from mnist_demo.networks.recipe import OnProgress, Progress, Recipe
from mnist_demo.networks.training_loop import without_softmax


def build() -> keras.Model:
    """Two convolutions, two poolings, a wide dense layer and dropout: 1,669,002 parameters."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(32, 5, activation="relu", name="conv_1")(image)  # (24, 24, 32)
    x = layers.MaxPooling2D(2, name="pool_1")(x)  # (12, 12, 32)
    x = layers.Conv2D(64, 3, activation="relu", name="conv_2")(x)  # (10, 10, 64)
    x = layers.MaxPooling2D(2, name="pool_2")(x)  # (5, 5, 64)
    x = layers.Flatten(name="flatten")(x)  # (1600,)
    x = layers.Dense(1024, name="dense_1")(x)
    x = layers.Dropout(0.5, name="dropout")(x)  # drops only where it is called with training=True
    logits = layers.Dense(10, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(logits)
    return keras.Model(image, probabilities, name="convnet")


def fit(model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress) -> None:
    """Take ``recipe.steps`` batches from an endless, shuffled stream, a step with each."""
    network = without_softmax(model)
    compute_loss = LOSSES[recipe.loss]
    steps = recipe.count_batches(len(dataset.train_labels))
    optimizer = make_optimizer(recipe, steps)

    @tf.function  # traced into a graph at the first call: the same steps without Python
    def train_step(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:  # records what happens to the weights
            logits = network(images, training=True)
            loss = compute_loss(labels, logits)
        gradients = tape.gradient(loss, network.trainable_variables)
        optimizer.apply(gradients, network.trainable_variables)
        return loss, accuracy(labels, logits)

    batches = stream_batches(dataset, recipe.batch_size).take(steps)
    for step, (images, labels) in enumerate(batches, start=1):
        loss, hits = train_step(images, labels)
        if step % recipe.report_every == 0 or step == steps:
            on_progress(Progress(1, 1, step, steps, float(loss), float(hits)))
    optimizer.finalize_variable_values(network.trainable_variables)  # their EMA, if there is one


def stream_batches(dataset: Dataset, batch_size: int) -> tf.data.Dataset:
    """Batches of training images and labels without end, shuffled among 5,000 at a time."""
    examples = tf.data.Dataset.from_tensor_slices((dataset.train_images, dataset.train_labels))
    return examples.repeat().shuffle(5000).batch(batch_size).prefetch(1)
