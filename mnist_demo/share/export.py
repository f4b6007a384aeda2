"""Trained networks to take away: as files of Keras and TensorFlow Lite, and as a script."""

import inspect
import tempfile
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from mnist_demo.errors import ExportError
from mnist_demo.networks.recipe import AUGMENTATION, EMA_TIME_CONSTANTS, Network, Recipe

if TYPE_CHECKING:  # it is given models, and itself imports TensorFlow only to convert one
    import keras

SCRIPT_DATASETS = {"mnist": "mnist", "fashion-mnist": "fashion_mnist"}
OPTIMIZERS = {
    "adam": "keras.optimizers.Adam(rate${averaging})",
    "sgd": "keras.optimizers.SGD(rate${averaging})",
    "momentum": "keras.optimizers.SGD(rate, momentum=0.9${averaging})",
    "rmsprop": "keras.optimizers.RMSprop(rate${averaging})",
}
LOSSES = {
    "sparse_categorical_crossentropy": (
        "tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)"
    ),
    "mean_squared_error": "tf.square(logits - tf.one_hot(labels, 10))",
}
FINISH = "optimizer.finalize_variable_values(network.trainable_variables)  # their EMA\n"
SCHEDULES = {
    "constant": "${learning_rate}",
    "cosine": (
        "keras.optimizers.schedules.CosineDecay(  # up for a fifth of the time, then down\n"
        "    ${learning_rate} / 10, int(0.8 * steps), "
        "warmup_target=${learning_rate}, warmup_steps=int(0.2 * steps)\n)"
    ),
}

SCRIPT = Template('''\
"""${title}: build the network, train it and save it as ${name}.keras.

Needs TensorFlow (pip install tensorflow). The images are downloaded, or read from a file with
the same four arrays: python ${file} mnist.npz
"""

import sys

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def load_images():
    if len(sys.argv) > 1:
        with np.load(sys.argv[1]) as file:
            train, test = [(file[f"x_{part}"], file[f"y_{part}"]) for part in ("train", "test")]
    else:
        train, test = keras.datasets.${dataset}.load_data()
    return [
        ((images[..., None] / 255).astype("float32"), labels.astype("int64"))
        for images, labels in (train, test)
    ]


(train_images, train_labels), (test_images, test_labels) = load_images()
${training}
model.save("${name}.keras")
''')

TRAINING = Template("""\
EPOCHS = ${epochs}
STEPS = ${steps}  # batches in an epoch; None: once through the images
BATCH_SIZE = ${batch_size}


${build}

keras.utils.set_random_seed(${seed})
model = build()
network = keras.Model(model.inputs[0], model.get_layer("logits").output)  # without softmax
steps = EPOCHS * (STEPS or -(-len(train_labels) // BATCH_SIZE))
rate = ${rate}
optimizer = ${optimizer}
examples = tf.data.Dataset.from_tensor_slices((train_images, train_labels))
batches = examples.shuffle(len(train_labels)).repeat().batch(BATCH_SIZE).prefetch(1)


@tf.function
def train_step(images, labels):
    with tf.GradientTape() as tape:
        logits = network(images, training=True)
        loss = tf.reduce_mean(${loss})
    gradients = tape.gradient(loss, network.trainable_variables)
    optimizer.apply(gradients, network.trainable_variables)
    return loss


for step, (images, labels) in enumerate(batches.take(steps), start=1):
    loss = train_step(images, labels)
    if step % 100 == 0 or step == steps:
        print(f"step {step} of {steps}: loss {loss:.4f}")
${finish}
answers = model.predict(test_images, batch_size=512, verbose=0).argmax(axis=1)
print(f"test accuracy {(answers == test_labels).mean():.4f}")
""")


def to_keras(model: "keras.Model") -> bytes:
    """The network as a ``.keras`` file, for ``keras.models.load_model``."""
    return _save(model, "model.keras")


def to_h5(model: "keras.Model") -> bytes:
    """The network as a ``.h5`` file, Keras's older form, for ``keras.models.load_model``."""
    return _save(model, "model.h5")


def to_tflite(model: "keras.Model") -> bytes:
    """The network for TensorFlow Lite: one image (1, 28, 28, 1) to probabilities (1, 10)."""
    import tensorflow as tf

    image = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32, name="image")
    with tempfile.TemporaryDirectory() as folder:
        model.export(folder, input_signature=[image], verbose=False)
        converted: bytes = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    return converted


FORMATS: dict[str, Callable[["keras.Model"], bytes]] = {
    ".keras": to_keras,
    ".h5": to_h5,
    ".tflite": to_tflite,
}


def fits_script(recipe: Recipe) -> bool:
    """Whether the script can do all that ``recipe`` does: it takes all images, as they are."""
    is_changed = recipe.examples or any(getattr(recipe, name) for name in AUGMENTATION)
    return recipe.loss in LOSSES and "loss" not in recipe.fixed and not is_changed


def to_script(network: Network, recipe: Recipe, seed: int = 1) -> str:
    """Python script that builds, trains and saves the network with nothing but TensorFlow.

    It does with the recipe's numbers what the recipe does, in one loop that suits all networks.
    Raises ExportError for a recipe that does more.
    """
    if not fits_script(recipe) or network.dataset not in SCRIPT_DATASETS:
        raise ExportError(
            "A standalone script cannot do all that the recipe {recipe} of {network} does.",
            recipe=recipe.name,
            network=network.name,
        )
    return SCRIPT.substitute(
        title=network.title,
        name=network.name,
        file=f"{network.name}.py",
        dataset=SCRIPT_DATASETS[network.dataset],
        training=write_training(network, recipe, seed).rstrip(),
    )


def write_training(network: Network, recipe: Recipe, seed: int = 1) -> str:
    """The part of the script that trains and tests the network, with images and labels at hand."""
    rate = Template(SCHEDULES[recipe.schedule]).substitute(learning_rate=recipe.learning_rate)
    averaging, finish = "", ""
    if recipe.averaging is not None:
        momentum = f"min({recipe.averaging}, max(0, 1 - {EMA_TIME_CONSTANTS} / steps))"
        averaging, finish = f", use_ema=True, ema_momentum={momentum}", FINISH
    return TRAINING.substitute(
        epochs=recipe.epochs,
        steps=recipe.steps,
        batch_size=recipe.batch_size,
        rate=rate,
        optimizer=Template(OPTIMIZERS[recipe.optimizer]).substitute(averaging=averaging),
        finish=finish,
        loss=LOSSES[recipe.loss],
        build=inspect.getsource(network.build),
        seed=seed,
    )


def _save(model: "keras.Model", name: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        model.save(path)
        return path.read_bytes()
