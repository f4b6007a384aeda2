"""What the chapter on descent runs."""

import tensorflow as tf

from mnist_demo.learn.step import Choice, Range, Step


def make_weights() -> tf.Variable:
    """Weights of a layer from 784 pixels to ten digits that has not learned anything."""
    limit = (6 / (784 + 10)) ** 0.5
    return tf.Variable(tf.random.stateless_uniform([784, 10], [3, 4], -limit, limit))


def measure(drawing: tf.Tensor, weights: tf.Variable, label: int) -> tf.Tensor:
    """Cross-entropy of the layer's answer, where ``label`` is right."""
    logits = tf.reshape(drawing, [1, 784]) @ weights
    return tf.nn.sparse_softmax_cross_entropy_with_logits([label], logits)[0]


def descend(
    drawing: tf.Tensor, label: int = 4, steps: int = 1, rate: float = 0.005
) -> dict[str, object]:
    """Steps downhill, each against the gradient, with the loss before the first and after each."""
    weights = make_weights()
    losses = [measure(drawing, weights, label)]
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = measure(drawing, weights, label)
        weights.assign_sub(rate * tape.gradient(loss, weights))
        losses.append(measure(drawing, weights, label))
    return {
        "x": tf.range(steps + 1),
        "loss": tf.stack(losses),
        "first loss": losses[0],
        "last loss": losses[-1],
        "probabilities": tf.nn.softmax(tf.reshape(drawing, [1, 784]) @ weights)[0],
    }


def assign(drawing: tf.Tensor, label: int = 4) -> dict[str, object]:
    """A step with ``assign_sub`` and one with plain assignment, and the gradient of each after."""
    kept = make_weights()
    with tf.GradientTape() as tape:
        loss = measure(drawing, kept, label)
    gradient = tape.gradient(loss, kept)
    lost = kept - 0.005 * gradient  # a new tensor
    kept.assign_sub(0.005 * gradient)  # the same variable
    found: dict[str, object] = {"largest difference": tf.reduce_max(tf.abs(kept - lost))}
    for name, weights in {"assign_sub": kept, "plain": lost}.items():
        with tf.GradientTape() as tape:
            loss = measure(drawing, weights, label)
        is_lost = tape.gradient(loss, weights) is None
        found[f"{name} is a variable"] = str(isinstance(weights, tf.Variable))
        found[f"{name} has a gradient"] = str(not is_lost)
    return found


def explode(drawing: tf.Tensor, deviation: float = 0.1, label: int = 4) -> dict[str, object]:
    """Ten steps of a network of three layers, whose first weights have this standard deviation."""
    shapes, truth = [[784, 256], [256, 128], [128, 10]], tf.one_hot([label], 10)
    weights = [
        tf.Variable(tf.random.stateless_truncated_normal(shape, [7, 8], stddev=deviation))
        for shape in shapes
    ]
    losses, largest = [], []
    for _ in range(11):
        with tf.GradientTape() as tape:
            hidden = tf.nn.relu(tf.reshape(drawing, [1, 784]) @ weights[0])
            output = tf.nn.relu(hidden @ weights[1]) @ weights[2]
            loss = tf.reduce_mean((output - truth) ** 2)
        gradients = tape.gradient(loss, weights)
        losses.append(loss)
        largest.append(max(float(tf.reduce_max(tf.abs(one))) for one in gradients))
        for weight, gradient in zip(weights, gradients, strict=True):
            weight.assign_sub(0.001 * gradient)
    return {
        "x": tf.range(11),
        "loss": tf.stack(losses),
        "first loss": losses[0],
        "last loss": losses[-1],
        "first gradient": largest[0],
    }


LABEL = Range(0, 9, 1)
USED = (make_weights, measure)
RATES = Choice((0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0))
STEPS = (
    Step(descend, {"label": LABEL, "steps": Range(1, 20, 1), "rate": RATES}, True, USED),
    Step(assign, {"label": LABEL}, uses=USED),
    Step(explode, {"deviation": Choice((0.01, 0.05, 0.1, 0.2, 0.5, 1.0)), "label": LABEL}, True),
)
