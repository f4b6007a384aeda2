"""What the chapter on activations runs."""

import tensorflow as tf

from mnist_demo.learn.step import Range, Step


def compute_scores(drawing: tf.Tensor) -> tf.Tensor:
    """The 64 scores of a layer with random weights, three times as large so that they spread."""
    limit = (6 / (784 + 64)) ** 0.5
    weights = tf.random.stateless_uniform([784, 64], [1, 2], -limit, limit)
    return 3 * (tf.reshape(drawing, [1, 784]) @ weights)[0]


def relu(drawing: tf.Tensor, unit: int = 0) -> dict[str, object]:
    """ReLU and its gradient, and a unit of your drawing on it."""
    x = tf.linspace(-4.0, 4.0, 201)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.relu(x)
    score = compute_scores(drawing)[unit]
    point = tf.stack([score, tf.nn.relu(score)])
    return {"x": x, "relu(x)": y, "gradient": tape.gradient(y, x), "unit": point}


def count_silent(drawing: tf.Tensor, bias: float = 0.0) -> dict[str, object]:
    """How many of the 64 units ReLU keeps silent for your drawing."""
    outputs = tf.nn.relu(compute_scores(drawing) + bias)
    silent = tf.reduce_sum(tf.cast(outputs == 0, tf.int32))
    return {"outputs": outputs, "silent units": silent}


def leaky_relu(drawing: tf.Tensor, unit: int = 0, slope: float = 0.2) -> dict[str, object]:
    """Leaky ReLU and its gradient: below zero it has a slope."""
    x = tf.linspace(-4.0, 4.0, 201)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.leaky_relu(x, slope)
    score = compute_scores(drawing)[unit]
    point = tf.stack([score, tf.nn.leaky_relu(score, slope)])
    return {"x": x, "leaky relu(x)": y, "gradient": tape.gradient(y, x), "unit": point}


def sigmoid(drawing: tf.Tensor, unit: int = 0) -> dict[str, object]:
    """The sigmoid and its gradient: any number becomes one between 0 and 1."""
    x = tf.linspace(-4.0, 4.0, 201)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.sigmoid(x)
    score = compute_scores(drawing)[unit]
    point = tf.stack([score, tf.sigmoid(score)])
    return {"x": x, "sigmoid(x)": y, "gradient": tape.gradient(y, x), "unit": point}


def tanh(drawing: tf.Tensor, stretch: float = 1.0, move: float = 0.0) -> dict[str, object]:
    """Tanh, and a sigmoid that you may stretch and move until it covers it."""
    x = tf.linspace(-4.0, 4.0, 201)
    moved = stretch * tf.sigmoid(stretch * x) + move
    gap = tf.reduce_max(tf.abs(tf.tanh(x) - moved))
    return {"x": x, "tanh(x)": tf.tanh(x), "your sigmoid": moved, "largest gap": gap}


def softmax(drawing: tf.Tensor, first: float = 0.5) -> dict[str, object]:
    """Three scores, x, 1 and 0.2, as probabilities while x moves."""
    x = tf.linspace(-2.0, 2.0, 101)
    scores = tf.stack([x, tf.ones_like(x), 0.2 * tf.ones_like(x)], axis=1)
    p = tf.nn.softmax(scores)
    now = tf.nn.softmax([first, 1.0, 0.2])
    curves = {"p of x": p[:, 0], "p of 1": p[:, 1], "p of 0.2": p[:, 2]}
    return {"x": x, **curves, "probabilities": now, "their sum": tf.reduce_sum(now)}


def shift_scores(drawing: tf.Tensor, score: float = 100.0) -> dict[str, object]:
    """Softmax by its formula, and after the maximum was subtracted from all scores."""
    scores = tf.constant([score, 1.0, 0.2])
    shifted = scores - tf.reduce_max(scores)
    return {
        "by the formula": tf.exp(scores) / tf.reduce_sum(tf.exp(scores)),
        "maximum subtracted": tf.exp(shifted) / tf.reduce_sum(tf.exp(shifted)),
        "tf.nn.softmax": tf.nn.softmax(scores),
    }


UNIT = Range(0, 63, 1)
STEPS = (
    Step(relu, {"unit": UNIT}, is_plot=True, uses=(compute_scores,)),
    Step(count_silent, {"bias": Range(-6.0, 6.0, 0.5)}, uses=(compute_scores,)),
    Step(
        leaky_relu,
        {"unit": UNIT, "slope": Range(0.0, 1.0, 0.05)},
        is_plot=True,
        uses=(compute_scores,),
    ),
    Step(sigmoid, {"unit": UNIT}, is_plot=True, uses=(compute_scores,)),
    Step(tanh, {"stretch": Range(1.0, 3.0, 0.1), "move": Range(-2.0, 2.0, 0.1)}, is_plot=True),
    Step(softmax, {"first": Range(-2.0, 2.0, 0.1)}, is_plot=True),
    Step(shift_scores, {"score": Range(0.0, 1000.0, 10.0)}),
)
