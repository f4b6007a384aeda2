"""What the chapter on gradients runs."""

import tensorflow as tf

from mnist_demo.learn.step import Range, Step


def multiply(drawing: tf.Tensor, x: float = 2.0, w: float = 3.0) -> dict[str, object]:
    """The product of x and a variable w, and how it grows with w."""
    weight = tf.Variable(w)
    with tf.GradientTape() as tape:
        product = x * weight
    return {"x * w": product, "gradient of w": tape.gradient(product, weight)}


def watch(drawing: tf.Tensor, x: float = 3.0) -> dict[str, object]:
    """The gradient of a constant's square, without and with watching it."""
    constant = tf.constant(x)
    with tf.GradientTape() as tape:
        square = constant**2
    unwatched = tape.gradient(square, constant)
    with tf.GradientTape() as tape:
        tape.watch(constant)
        square = constant**2
    return {"not watched": str(unwatched), "watched": tape.gradient(square, constant)}


def ask_twice(drawing: tf.Tensor, w: float = 3.0) -> dict[str, object]:
    """Two gradients from one tape, which is persistent; and what other tapes say to that."""
    x, weight = tf.Variable(2.0), tf.Variable(w)
    with tf.GradientTape(persistent=True) as tape:
        product = x * weight
    found = {"of w": tape.gradient(product, weight), "of x": tape.gradient(product, x)}
    with tf.GradientTape() as once:
        product = x * weight
    once.gradient(product, weight)
    try:
        once.gradient(product, x)
    except RuntimeError as error:
        found["another tape"] = str(error)
    return found


def see_quarters(drawing: tf.Tensor) -> tf.Tensor:
    """How much ink there is in each quarter of your drawing: (1, 4) float64."""
    quarters = tf.reshape(tf.cast(drawing, tf.float64), [2, 14, 2, 14])
    return tf.reshape(tf.reduce_mean(quarters, axis=[1, 3]), [1, 4])


def compute_loss(x: tf.Tensor, weights: tf.Tensor, bias: tf.Tensor, kind: str) -> tf.Tensor:
    """Loss of a layer from four numbers to three classes, of which the first is right."""
    truth, logits = tf.constant([[1.0, 0.0, 0.0]], tf.float64), x @ weights + bias
    if kind == "mean squared error":
        return tf.reduce_mean((tf.nn.softmax(logits) - truth) ** 2)
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(truth, logits))


def find_gradients(drawing: tf.Tensor, kind: str) -> dict[str, object]:
    """Gradients of twelve weights and three biases by the tape, and by trying it out."""
    x, h = see_quarters(drawing), 1e-5
    start = tf.random.stateless_normal([4, 3], [5, 6], dtype=tf.float64)
    weights, bias = tf.Variable(start), tf.Variable(tf.zeros([3], tf.float64))
    with tf.GradientTape() as tape:
        loss = compute_loss(x, weights, bias, kind)
    of_weights, of_bias = tape.gradient(loss, [weights, bias])
    tried = []
    for one in tf.reshape(tf.eye(12, dtype=tf.float64), [12, 4, 3]):  # each weight in turn
        more = compute_loss(x, start + h * one, bias, kind)
        less = compute_loss(x, start - h * one, bias, kind)
        tried.append((more - less) / (2 * h))
    gap = tf.reduce_max(tf.abs(of_weights - tf.reshape(tried, [4, 3])))
    return {
        "loss": loss,
        "gradient of bias": of_bias,
        "gradient of weights": of_weights,
        "tried out": tf.reshape(tried, [4, 3]),
        "largest difference": gap,
    }


def squared_error_gradients(drawing: tf.Tensor) -> dict[str, object]:
    """Both ways for the mean squared error."""
    return find_gradients(drawing, "mean squared error")


def cross_entropy_gradients(drawing: tf.Tensor) -> dict[str, object]:
    """Both ways for the cross-entropy."""
    return find_gradients(drawing, "cross-entropy")


STEPS = (
    Step(multiply, {"x": Range(-5.0, 5.0, 0.5), "w": Range(-5.0, 5.0, 0.5)}),
    Step(watch, {"x": Range(-5.0, 5.0, 0.5)}),
    Step(ask_twice, {"w": Range(-5.0, 5.0, 0.5)}),
    Step(squared_error_gradients, uses=(see_quarters, compute_loss, find_gradients)),
    Step(cross_entropy_gradients, uses=(see_quarters, compute_loss, find_gradients)),
)
