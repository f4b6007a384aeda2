"""What the chapter on tensors runs."""

import tensorflow as tf

from mnist_demo.learn.step import Choice, Range, Step


def describe(drawing: tf.Tensor) -> dict[str, object]:
    """What TensorFlow knows of your drawing."""
    tensor = tf.constant(drawing)
    return {
        "shape": tensor.shape,
        "dtype": tensor.dtype.name,
        "smallest": tf.reduce_min(tensor),
        "largest": tf.reduce_max(tensor),
        "tensor": tensor,
    }


def add_light(drawing: tf.Tensor, light: float = 0.3) -> dict[str, object]:
    """A constant stays as it is, a variable changes in place."""
    constant = tf.constant(drawing)
    variable = tf.Variable(constant)
    variable.assign_add(tf.fill(constant.shape, light))
    return {"constant": constant, "variable": variable}


def add_row(drawing: tf.Tensor) -> dict[str, object]:
    """A row of two numbers, added to both rows of a matrix."""
    matrix = tf.constant([[1, 2], [3, 4]])
    row = tf.constant([1, 2])
    return {"matrix": matrix, "row": row, "matrix + row": matrix + row}


def shade(drawing: tf.Tensor, left: float = 1.0, right: float = 0.0) -> dict[str, object]:
    """Your drawing times one row of 28 numbers, which TensorFlow repeats for every row."""
    row = tf.linspace(left, right, 28)
    picture = tf.constant(drawing)[:, :, 0]
    return {"row": row, "picture * row": picture * row}


def cast(drawing: tf.Tensor, levels: int = 4) -> dict[str, object]:
    """Whole numbers in the place of fractions: what follows the decimal point is cut off."""
    numbers = tf.constant([0.2, 0.9, 2.9])
    whole = tf.cast(tf.constant(drawing) * levels, tf.uint8)
    return {
        "numbers": numbers,
        "as int32": tf.cast(numbers, tf.int32),
        "drawing as uint8": whole,
        "different values": tf.size(tf.unique(tf.reshape(whole, [-1])).y),
    }


def reshape(drawing: tf.Tensor, width: int = 28) -> dict[str, object]:
    """All pixels in one row of 784, and rows of another width cut from it."""
    vector = tf.reshape(drawing, [784])
    return {"vector": vector, "back in rows": tf.reshape(vector, [-1, width])}


def add_numbers(drawing: tf.Tensor, count: int = 27) -> dict[str, object]:
    """The sum of your drawing and a row of ones, or TensorFlow's own words on why there is none."""
    picture = tf.constant(drawing)[:, :, 0]
    try:
        return {"sum": picture + tf.ones([count])}
    except tf.errors.InvalidArgumentError as error:
        return {"message": error.message}


STEPS = (
    Step(describe),
    Step(add_light, {"light": Range(-1.0, 1.0, 0.1)}),
    Step(add_row),
    Step(shade, {"left": Range(0.0, 1.0, 0.1), "right": Range(0.0, 1.0, 0.1)}),
    Step(cast, {"levels": Range(1, 255, 1)}),
    Step(reshape, {"width": Choice((14, 16, 28, 49, 56, 98))}),
    Step(add_numbers, {"count": Range(1, 28, 1)}),
)
