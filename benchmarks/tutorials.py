"""The tutorials' own ways of training, as they would be typed in from there, to compare with.

Each gives a function from images (n, 28, 28, 1) to the classes (n,) that the trained network sees.
As a program, it trains one network and prints its accuracy on the test images.
"""

import argparse
import os
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.data.catalogue import load_dataset
from mnist_demo.data.dataset import Dataset
from mnist_demo.networks import get_network
from mnist_demo.networks.lessons.variables import compute_outputs, make_variables
from mnist_demo.networks.training_loop import without_softmax

Answer = Callable[[NDArray[np.float32]], NDArray[np.int64]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tutorials", description=__doc__)
    parser.add_argument("network", choices=list(TUTORIALS))
    name = parser.parse_args().network
    dataset = load_dataset(get_network(name).dataset)
    print(f"{measure_accuracy(TUTORIALS[name](dataset), dataset):.4f}")


def measure_accuracy(answer: Answer, dataset: Dataset) -> float:
    """In [0, 1], on the test images."""
    return float((answer(dataset.test_images) == dataset.test_labels).mean())


def train_keras_cnn(dataset: Dataset) -> Answer:
    """``compile`` and ``fit``: five epochs of batches of 32."""
    model = get_network("keras-cnn").build()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(dataset.train_images, dataset.train_labels, epochs=5, verbose=0)
    return make_answer(model)


def train_convnet(dataset: Dataset) -> Answer:
    """A loop that runs each operation on its own: 200 steps, a look at every tenth."""
    model = get_network("convnet").build()
    network, optimizer = without_softmax(model), keras.optimizers.Adam(0.001)
    examples = tf.data.Dataset.from_tensor_slices((dataset.train_images, dataset.train_labels))
    batches = examples.repeat().shuffle(5000).batch(128).prefetch(1)
    for step, (images, labels) in enumerate(batches.take(200), 1):
        take_step(network, optimizer, images, labels)
        if step % 10 == 0:
            logits = network(images, training=False)
            float(cross_entropy(labels, logits))
            float(share_right(labels, logits))
    return make_answer(model)


def train_fashion(dataset: Dataset) -> Answer:
    """A loop that runs each operation on its own: 20 epochs of batches of 128."""
    model = get_network("fashion").build()
    network, optimizer = without_softmax(model), keras.optimizers.Adam(0.001)
    pixels = np.round(255 * dataset.train_images).astype(np.uint8)
    examples = tf.data.Dataset.from_tensor_slices((pixels, dataset.train_labels))
    examples = examples.map(lambda image, label: (tf.cast(image, tf.float32) / 255, label))
    batches = examples.batch(128).shuffle(10_000)
    for _ in range(20):
        for images, labels in batches:
            take_step(network, optimizer, images, labels)
    return make_answer(model)


def train_variables(dataset: Dataset) -> Answer:
    """Plain variables, each operation on its own: 50 epochs of batches of 128."""
    variables = make_variables()
    images = dataset.train_images.reshape(-1, 784)
    one_hot = tf.one_hot(dataset.train_labels, 10)
    batches = tf.data.Dataset.from_tensor_slices((images, one_hot)).shuffle(60_000).batch(128)
    for _ in range(50):
        for some_images, targets in batches:
            with tf.GradientTape() as tape:
                error = compute_outputs(some_images, variables) - targets
                loss = tf.reduce_mean(tf.square(error))
            for variable, gradient in zip(variables, tape.gradient(loss, variables), strict=True):
                variable.assign_sub(0.001 * gradient)
    return lambda images: compute_outputs(images.reshape(-1, 784), variables).numpy().argmax(axis=1)


def train_three_layers(dataset: Dataset) -> Answer:
    """TensorFlow 1: a graph with placeholders, fed by a session with 1,000 batches of 64."""
    images, labels = dataset.train_images.reshape(-1, 784), dataset.train_labels
    v1 = tf.compat.v1
    session = v1.Session(graph=tf.Graph())
    with session.graph.as_default():
        image, label = v1.placeholder(tf.float32, (None, 784)), v1.placeholder(tf.int64, (None,))
        output: Any = image
        for layer, (inputs, units) in enumerate([(784, 128), (128, 64), (64, 10)]):
            weights = v1.get_variable(
                f"w{layer}", (inputs, units), initializer=v1.glorot_uniform_initializer()
            )
            bias = v1.get_variable(f"b{layer}", (units,), initializer=v1.zeros_initializer())
            output = (tf.nn.relu(output) if layer else output) @ weights + bias
        cost = cross_entropy(label, output)
        step = v1.train.AdamOptimizer(0.001).minimize(cost)
        session.run(v1.global_variables_initializer())
        order = np.random.permutation(len(labels))
        for start in range(0, 64_000, 64):
            rows = order.take(range(start, start + 64), mode="wrap")
            session.run([step, cost], {image: images[rows], label: labels[rows]})
    return lambda new: session.run(output, {image: new.reshape(-1, 784)}).argmax(axis=1)


TUTORIALS: dict[str, Callable[[Dataset], Answer]] = {
    "keras-cnn": train_keras_cnn,
    "convnet": train_convnet,
    "three-layer": train_three_layers,
    "variables": train_variables,
    "fashion": train_fashion,
}


def take_step(network: Any, optimizer: Any, images: Any, labels: Any) -> None:
    with tf.GradientTape() as tape:
        loss = cross_entropy(labels, network(images, training=True))
    gradients = tape.gradient(loss, network.trainable_variables)
    optimizer.apply_gradients(zip(gradients, network.trainable_variables, strict=True))


def cross_entropy(labels: Any, logits: Any) -> Any:
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))


def share_right(labels: Any, outputs: Any) -> Any:
    return tf.reduce_mean(tf.cast(tf.equal(tf.argmax(outputs, 1), labels), tf.float32))


def make_answer(model: keras.Model) -> Answer:
    return lambda images: np.asarray(model.predict(images, verbose=0).argmax(axis=1))


if __name__ == "__main__":
    main()
