"""What the chapter on data runs."""

from typing import Any

import numpy as np
import tensorflow as tf

from mnist_demo.learn.step import DATASETS, Choice, Range, Step


def look(
    drawing: tf.Tensor,
    data: dict[str, Any],
    dataset: str = "mnist",
    label: int = 4,
) -> dict[str, object]:
    """What a data set is made of, and ten pictures of a class."""
    images, labels = data[dataset]
    ten = images[labels == label][:10]
    return {
        "shape of images": images.shape,
        "dtype": images.dtype.name,
        "smallest": images.min(),
        "largest": images.max(),
        "classes": len(np.unique(labels)),
        "pictures of this class": np.sum(labels == label),
        "ten of them": np.hstack(ten),
    }


def encode_one_hot(drawing: tf.Tensor, label: int = 4) -> dict[str, object]:
    """A label as ten numbers, and back."""
    row = tf.one_hot(label, 10)
    return {"one-hot": row, "where the 1 is": tf.argmax(row)}


def stream(drawing: tf.Tensor, data: dict[str, Any], batch: int = 4) -> dict[str, object]:
    """Your drawing and nine test pictures as a stream of batches."""
    images, _ = data["mnist"]
    mine = tf.cast(drawing[tf.newaxis, :, :, 0] * 255, tf.uint8)
    examples = tf.data.Dataset.from_tensor_slices(tf.concat([mine, images[:9]], 0))
    fractions = examples.map(lambda image: tf.cast(image, tf.float32) / 255)
    batches = [tf.concat(list(some), 1) for some in fractions.batch(batch)]
    return {
        "one example": examples.element_spec.shape,
        "one batch": fractions.batch(batch).element_spec.shape,
        **{f"batch {number}": some for number, some in enumerate(batches, start=1)},
    }


def shuffle(drawing: tf.Tensor, buffer: int = 4, seed: int = 1) -> dict[str, object]:
    """The order in which twenty cards leave a buffer of so many."""
    cards = tf.data.Dataset.range(20).shuffle(buffer, seed=seed)
    order = [int(card) for card in cards]
    return {
        "order": order,
        "first card": order[0],
        "furthest a card came forward": max(card - place for place, card in enumerate(order)),
    }


def repeat(
    drawing: tf.Tensor, first: str = "shuffle", times: int = 2, batch: int = 3
) -> dict[str, object]:
    """Batches of four cards that come several times, shuffled before or after repeating."""
    cards = tf.data.Dataset.range(4)
    if first == "shuffle":
        stream = cards.shuffle(4, seed=1).repeat(times)
    else:
        stream = cards.repeat(times).shuffle(4, seed=1)
    return {f"batch {i}": some for i, some in enumerate(stream.batch(batch), start=1)}


LABEL = Range(0, 9, 1)
STEPS = (
    Step(look, {"dataset": Choice(DATASETS), "label": LABEL}, needs_data=True),
    Step(encode_one_hot, {"label": LABEL}),
    Step(stream, {"batch": Range(1, 10, 1)}, needs_data=True),
    Step(shuffle, {"buffer": Range(1, 20, 1), "seed": Range(1, 9, 1)}, are_cards=True),
    Step(
        repeat,
        {
            "first": Choice(("shuffle", "repeat")),
            "times": Range(1, 4, 1),
            "batch": Range(1, 8, 1),
        },
        are_cards=True,
    ),
)
