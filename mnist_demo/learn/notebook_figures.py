"""How a notebook shows what a step gives: this file is its second cell."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np


def show_values(result: dict[str, Any]) -> None:
    """Print what is small, and draw what is large."""
    pictures = {}
    for name, value in result.items():
        if not isinstance(value, str) and np.size(value) > 24:
            pictures[name] = np.atleast_2d(np.squeeze(value))
        else:
            print(f"{name}: {value.numpy() if hasattr(value, 'numpy') else value}")
    if not pictures:
        return
    low = min(picture.min() for picture in pictures.values())
    high = max(picture.max() for picture in pictures.values())
    _, axes = plt.subplots(1, len(pictures), squeeze=False)
    for axis, (name, picture) in zip(axes[0], pictures.items(), strict=True):
        axis.imshow(picture, "gray", vmin=low, vmax=high, aspect="auto" if len(picture) == 1 else 1)
        axis.set_title(name)
    plt.show()


def show_plot(result: dict[str, Any]) -> None:
    """Draw curves over x and points on them, and print what is neither."""
    x = np.asarray(result.pop("x"))
    for name, value in result.items():
        if np.shape(value) == x.shape:
            plt.plot(x, value, label=name)
        elif np.shape(value) == (2,):
            plt.plot(*np.asarray(value), "o", label=name)
        else:
            show_values({name: value})
    plt.legend()
    plt.show()


def show_answers(images: Any, labels: Any, answers: Any) -> None:
    """Draw images (n, 28, 28, 1), four in a row, with true and predicted label."""
    _, axes = plt.subplots(-(-len(images) // 4), 4, squeeze=False)
    for axis, image, label, answer in zip(axes.flat, images, labels, answers, strict=False):
        axis.imshow(image[..., 0], "gray")
        axis.set_title(f"{label}" if label == answer else f"{label}, read as {answer}")
        axis.axis("off")
    plt.show()
