"""The lesson on variables: a network made of six of them, and gradient descent by hand."""

from itertools import pairwise

import keras
import tensorflow as tf
from keras import layers

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.augmentation import make_augmentation
from mnist_demo.networks.optimization import LOSSES, Tensor, accuracy, make_optimizer
from mnist_demo.networks.recipe import OnProgress, Progress, Recipe

SIZES = (784, 256, 128, 10)


def make_variables() -> list[tf.Variable]:
    """Weights and bias of each of three layers, in turn: 235,146 numbers.

    Small weights, none beyond two deviations: larger ones make the outputs and with them the
    gradients so large that descent leads away from where it should.
    """
    variables = []
    for inputs, outputs in pairwise(SIZES):
        variables.append(tf.Variable(tf.random.truncated_normal((inputs, outputs), stddev=0.1)))
        variables.append(tf.Variable(tf.zeros(outputs)))
    return variables


def compute_outputs(images: Tensor, variables: list[tf.Variable]) -> Tensor:
    """Ten outputs, any range, for each of images (n, 784) in [0, 1]: (n, 10)."""
    w1, b1, w2, b2, w3, b3 = variables
    x = tf.nn.relu(images @ w1 + b1)  # (n, 256)
    x = tf.nn.relu(x @ w2 + b2)  # (n, 128)
    return x @ w3 + b3


def descend(
    variables: list[tf.Variable], gradients: list[Tensor], learning_rate: float | Tensor
) -> None:
    """Go a step downhill.

    ``assign_sub`` changes a variable in place; ``w = w - ...`` would make a tensor that the next
    tape does not watch.
    """
    for variable, gradient in zip(variables, gradients, strict=True):
        variable.assign_sub(learning_rate * gradient)


def fit(model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress) -> None:
    """Train six variables, and give their values to the layers of ``model``."""
    variables = make_variables()
    compute_loss, augment = LOSSES[recipe.loss], make_augmentation(recipe)
    batches = recipe.count_batches(len(dataset.train_labels))
    other_optimizer = None  # that would do more with a gradient than to subtract it
    if recipe.optimizer != "sgd":
        other_optimizer = make_optimizer(recipe, recipe.epochs * batches)

    @tf.function
    def train_step(images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        with tf.GradientTape() as tape:
            outputs = compute_outputs(augment(images, training=True), variables)
            loss = compute_loss(labels, outputs)
        gradients = tape.gradient(loss, variables)
        if other_optimizer is None:
            descend(variables, gradients, recipe.learning_rate)
        else:
            other_optimizer.apply(gradients, variables)
        return loss, accuracy(labels, outputs)

    images = dataset.train_images.reshape(-1, SIZES[0])
    examples = tf.data.Dataset.from_tensor_slices((images, dataset.train_labels))
    shuffled = examples.cache().shuffle(len(images)).batch(recipe.batch_size).prefetch(1)
    for epoch in range(1, recipe.epochs + 1):
        for batch, (some_images, labels) in enumerate(shuffled.take(batches), start=1):
            loss, hits = train_step(some_images, labels)
            if batch % recipe.report_every == 0 or batch == batches:
                model.set_weights([variable.numpy() for variable in variables])
                on_progress(
                    Progress(epoch, recipe.epochs, batch, batches, float(loss), float(hits))
                )


def build() -> keras.Model:
    """Layers that do with their weights what `compute_outputs` does with six variables.

    The linear outputs are trained to be one-hot; softmax makes probabilities of them, to show.
    """
    start = {"kernel_initializer": keras.initializers.TruncatedNormal(stddev=0.1)}
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Flatten(name="flatten")(image)  # (784,)
    x = layers.Dense(256, activation="relu", **start, name="dense_1")(x)
    x = layers.Dense(128, activation="relu", **start, name="dense_2")(x)
    outputs = layers.Dense(10, **start, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(outputs)
    return keras.Model(image, probabilities, name="variables")
