"""Which words of a text are English that no catalogue has had."""

import html
import re
from typing import Any

OPEN, CLOSE = "⟦⟧"
NAMES = """
TensorFlow Lite tflite html MNIST Fashion Keras keras cnn convnet three layer variables fashion
conv pool dense logits logit flatten dropout image probabilities ReLU relu softmax max argmax
Adam adam SGD sgd momentum rmsprop cosine constant mean_squared_error
sparse_categorical_crossentropy float int
plain robust png svg PNG SVG JPEG WebP HEIC GIF npz json JSON ipynb HDF Grad CAM SNE UNIPEN UTC
mnist demo hide Tab Enter COLLAPSED
"""
"""What is called the same in every language."""


def find_english(text: str) -> Any:
    """Words that no catalogue has had."""
    text = re.sub(r"<style.*?</style>|<svg.*?</svg>|<code.*?</code>", " ", text, flags=re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]*>", " ", text))
    text = re.sub(r"`[^`]*`|[?]drawing=\S+|:material/\w+:|\bdata:\S+|https?:\S+|\S+/\S+", " ", text)
    while (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", text)) != text:
        text = shorter
    return [word for word in re.findall(r"[A-Za-z_]{3,}", text) if word not in NAMES.split()]
