"""What the chapter on layers runs."""

import keras
import tensorflow as tf

from mnist_demo.learn.step import Choice, Range, Step


def multiply_weights(drawing: tf.Tensor, units: int = 3) -> dict[str, object]:
    """A dense layer without its activation: x @ W + b."""
    x = tf.reshape(drawing, [1, 784])
    weights = tf.random.stateless_normal([784, units], [1, 2], stddev=0.1)
    bias = tf.zeros([units])
    return {
        "shape of x": x.shape,
        "shape of W": weights.shape,
        "shape of b": bias.shape,
        "x @ W + b": x @ weights + bias,
        "parameters": tf.size(weights) + tf.size(bias),
    }


def convolve(
    drawing: tf.Tensor, left: float = -1.0, middle: float = 0.0, right: float = 1.0
) -> dict[str, object]:
    """A convolution with one kernel, whose three rows are alike."""
    kernel = tf.constant([[left, middle, right]] * 3)
    image = tf.reshape(drawing, [1, 28, 28, 1])
    feature_map = tf.nn.conv2d(image, tf.reshape(kernel, [3, 3, 1, 1]), 1, "VALID")
    return {"kernel": kernel, "drawing": image[0, :, :, 0], "feature map": feature_map[0, :, :, 0]}


def pool(drawing: tf.Tensor, size: int = 2) -> dict[str, object]:
    """One number for each window of size x size pixels: the largest, and the mean."""
    image = tf.reshape(drawing, [1, 28, 28, 1])
    largest = tf.nn.max_pool2d(image, size, size, "VALID")
    mean = tf.nn.avg_pool2d(image, size, size, "VALID")
    return {"largest": largest[0, :, :, 0], "mean": mean[0, :, :, 0]}


def stack_layers(drawing: tf.Tensor, filters: int = 8, units: int = 16) -> dict[str, object]:
    """A small network, what leaves each layer, and TensorFlow's own summary."""
    network = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(filters, 3, activation="relu", name="conv"),
            keras.layers.MaxPooling2D(2, name="pool"),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(units, activation="relu", name="dense"),
            keras.layers.Dense(10, activation="softmax", name="answer"),
        ]
    )
    lines: list[str] = []
    network.summary(line_length=48, print_fn=lines.append)
    return {"summary": "\n".join(lines), "answer": network(drawing[tf.newaxis])[0]}


def train_from(
    drawing: tf.Tensor, start: str = "zero", label: int = 4, steps: int = 50
) -> dict[str, object]:
    """Two layers, whose weights start as you choose, learn your drawing; eight hidden units."""
    x, truth = tf.reshape(drawing, [1, 784]), tf.one_hot([label], 10)
    shapes = [(784, 8), (8, 10)]
    if start == "Glorot":
        values = [keras.initializers.GlorotUniform(seed=1)(shape) for shape in shapes]
    elif start == "truncated normal":
        values = [keras.initializers.TruncatedNormal(stddev=0.1, seed=1)(shape) for shape in shapes]
    else:
        values = [tf.fill(shape, 0.0 if start == "zero" else 0.01) for shape in shapes]
    hidden, output = map(tf.Variable, values)
    for _ in range(steps):
        with tf.GradientTape() as tape:
            logits = tf.tanh(x @ hidden) @ output
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(truth, logits))
        of_hidden, of_output = tape.gradient(loss, [hidden, output])
        hidden.assign_sub(0.05 * of_hidden)
        output.assign_sub(0.05 * of_output)
    units = tf.tanh(x @ hidden)[0]
    return {
        "outputs of the eight units": units,
        "different units": tf.size(tf.unique(tf.round(units * 1000)).y),
        "loss": loss,
    }


SIDES = Range(-1.0, 1.0, 0.5)
STARTS = Choice(("zero", "all alike", "Glorot", "truncated normal"))
STEPS = (
    Step(multiply_weights, {"units": Range(1, 10, 1)}),
    Step(convolve, {"left": SIDES, "middle": SIDES, "right": SIDES}),
    Step(pool, {"size": Choice((1, 2, 4, 7, 14))}),
    Step(stack_layers, {"filters": Choice((1, 8, 32, 64)), "units": Choice((16, 64, 256))}),
    Step(train_from, {"start": STARTS, "label": Range(0, 9, 1), "steps": Range(1, 100, 1)}),
)
