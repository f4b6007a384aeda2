"""The Keras lesson: a small convolutional network trained with ``compile`` and ``fit``."""

import keras
from keras import layers

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.optimization import make_optimizer, squared_error
from mnist_demo.networks.recipe import OnProgress, Progress, Recipe


def build() -> keras.Model:
    """Three convolutions, two poolings and two dense layers: 93,322 parameters."""
    image = keras.Input((28, 28, 1), name="image")
    x = layers.Conv2D(32, 3, activation="relu", name="conv_1")(image)  # (26, 26, 32)
    x = layers.MaxPooling2D(2, name="pool_1")(x)  # (13, 13, 32)
    x = layers.Conv2D(64, 3, activation="relu", name="conv_2")(x)  # (11, 11, 64)
    x = layers.MaxPooling2D(2, name="pool_2")(x)  # (5, 5, 64)
    x = layers.Conv2D(64, 3, activation="relu", name="conv_3")(x)  # (3, 3, 64)
    x = layers.Flatten(name="flatten")(x)  # (576,)
    x = layers.Dense(64, activation="relu", name="dense_1")(x)
    logits = layers.Dense(10, name="logits")(x)
    probabilities = layers.Softmax(name="probabilities")(logits)
    return keras.Model(image, probabilities, name="keras-cnn")


def fit(model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress) -> None:
    """Train with ``compile`` and ``fit``; the loss is that of the probabilities."""
    batches = recipe.count_batches(len(dataset.train_labels))
    model.compile(
        optimizer=make_optimizer(recipe, recipe.epochs * batches),
        loss=squared_error if recipe.loss == "mean_squared_error" else recipe.loss,
        metrics=["accuracy"],
    )
    model.fit(
        dataset.train_images,
        dataset.train_labels,
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        callbacks=[ProgressCallback(recipe, on_progress)],
        verbose=0,
    )


class ProgressCallback(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports the progress of ``fit`` now and then, and at the end of each epoch."""

    def __init__(self, recipe: Recipe, on_progress: OnProgress) -> None:
        super().__init__()
        self.recipe = recipe
        self.on_progress = on_progress
        self.epoch = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Remember the epoch, which Keras counts from 0."""
        self.epoch = epoch + 1

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Report loss and accuracy of the epoch so far; Keras counts batches from 0."""
        done, batches = batch + 1, self.params["steps"]
        if logs is None or (done % self.recipe.report_every and done != batches):
            return
        loss, accuracy = float(logs["loss"]), float(logs["accuracy"])
        self.on_progress(Progress(self.epoch, self.recipe.epochs, done, batches, loss, accuracy))
