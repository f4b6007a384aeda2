"""What the chapter on losses runs."""

import tensorflow as tf

from mnist_demo.learn.step import Range, Step


def compute_logits(drawing: tf.Tensor) -> tf.Tensor:
    """The ten scores, or logits, of a layer that has not learned anything: (10,)."""
    limit = (6 / (784 + 10)) ** 0.5
    weights = tf.random.stateless_uniform([784, 10], [3, 4], -limit, limit)
    return (tf.reshape(drawing, [1, 784]) @ weights)[0]


def square_three_ways(drawing: tf.Tensor, label: int = 4) -> dict[str, object]:
    """Mean squared error of ten probabilities, in three ways."""
    truth = tf.one_hot(label, 10)
    answer = tf.nn.softmax(compute_logits(drawing))
    return {
        "truth": truth,
        "answer": answer,
        "step by step": tf.reduce_sum((truth - answer) ** 2) / 10,
        "reduce_mean": tf.reduce_mean(tf.square(truth - answer)),
        "Keras": tf.keras.losses.MeanSquaredError()(truth, answer),
    }


def cross_entropy(drawing: tf.Tensor, right: float = 0.7) -> dict[str, object]:
    """Cross-entropy: minus the logarithm of the probability that the right class got."""
    x = tf.linspace(0.01, 1.0, 100)
    return {"x": x, "loss": -tf.math.log(x), "answer": tf.stack([right, -tf.math.log(right)])}


def compare_answers(drawing: tf.Tensor) -> dict[str, object]:
    """Cross-entropy of three answers among four classes; the first is the right one."""
    truth = tf.constant([1.0, 0.0, 0.0, 0.0])
    answers = {
        "knows nothing": [0.25, 0.25, 0.25, 0.25],
        "wrong": [0.1, 0.7, 0.1, 0.1],
        "right": [0.7, 0.1, 0.1, 0.1],
    }
    loss = tf.keras.losses.CategoricalCrossentropy()
    return {name: loss(truth, tf.constant(answer)) for name, answer in answers.items()}


def binary_cross_entropy(drawing: tf.Tensor, probability: float = 0.9) -> dict[str, object]:
    """Cross-entropy of a yes-or-no question, whether the truth is yes or no."""
    loss = tf.keras.losses.BinaryCrossentropy()
    return {"truth is yes": loss([1.0], [probability]), "truth is no": loss([0.0], [probability])}


def loss_of_drawing(drawing: tf.Tensor, label: int = 4) -> dict[str, object]:
    """Cross-entropy of your drawing, if this were the digit that you meant."""
    logits = compute_logits(drawing)
    return {
        "probabilities": tf.nn.softmax(logits),
        "loss": tf.nn.sparse_softmax_cross_entropy_with_logits(label, logits),
        "loss of pure guessing": tf.math.log(10.0),
    }


def from_logits(drawing: tf.Tensor, logit: float = 1000.0) -> dict[str, object]:
    """The loss where a wrong class has a high logit, from probabilities and from logits."""
    logits = tf.constant([0.0, logit])  # the first class is the right one
    probabilities = tf.nn.softmax(logits)
    return {
        "probabilities": probabilities,
        "minus log": -tf.math.log(probabilities[0]),
        "from logits": tf.nn.sparse_softmax_cross_entropy_with_logits(0, logits),
    }


LABEL = Range(0, 9, 1)
STEPS = (
    Step(square_three_ways, {"label": LABEL}, uses=(compute_logits,)),
    Step(cross_entropy, {"right": Range(0.01, 1.0, 0.01)}, is_plot=True),
    Step(compare_answers),
    Step(binary_cross_entropy, {"probability": Range(0.01, 0.99, 0.01)}),
    Step(loss_of_drawing, {"label": LABEL}, uses=(compute_logits,)),
    Step(from_logits, {"logit": Range(0.0, 1000.0, 10.0)}),
)
