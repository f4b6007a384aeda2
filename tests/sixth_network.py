"""A network of one's own, as somebody would write it into a file, and a registry that has it."""

from contextlib import contextmanager

from mnist_demo import networks

SIXTH = """
import keras
from keras import layers

from mnist_demo.networks.fitting import fit_in_memory
from mnist_demo.networks.recipe import Network, Recipe


def build():
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Flatten(name="flatten")(image)
    logits = layers.Dense(10, name="logits")(x)
    return keras.Model(image, layers.Softmax(name="probabilities")(logits), name="sixth")


PLAIN = Recipe("plain", "Plain", fit_in_memory, batch_size=32, epochs=5)
NETWORK = Network("sixth", "Sixth", "mnist", build, (PLAIN,))
"""


@contextmanager
def registered(folder, monkeypatch):
    """This process with the networks of ``folder`` beside the others."""
    monkeypatch.setattr(networks, "__path__", [*networks.__path__, str(folder)])
    networks.get_networks.cache_clear()
    yield networks
    monkeypatch.undo()
    networks.get_networks.cache_clear()
