"""Logs that ``tensorboard --logdir FOLDER`` shows: each step's numbers and the model's graph."""

from pathlib import Path

import keras
import tensorflow as tf

from mnist_demo.networks.recipe import Progress


class EventFile:
    """An event file in ``folder``; TensorFlow writes it, TensorBoard need not be installed."""

    def __init__(self, folder: Path) -> None:
        self._writer = tf.summary.create_file_writer(str(folder))

    def write_graph(self, model: keras.Model) -> None:
        """Trace the pass of one image through ``model``."""
        image = tf.TensorSpec((1, *model.input_shape[1:]), tf.float32)
        traced = tf.function(lambda image: model(image, training=False))
        with self._writer.as_default():
            tf.summary.graph(traced.get_concrete_function(image).graph)
        self._writer.flush()

    def record(self, progress: Progress) -> None:
        """Write loss, accuracy and whatever else is measured, as curves over the steps."""
        values = {"loss": progress.loss, "accuracy": progress.accuracy, **progress.metrics}
        with self._writer.as_default():
            for name, value in values.items():
                if value is not None:
                    tf.summary.write(name, value, progress.step, _as_curve(name))
        if progress.batch == progress.batches:
            self._writer.flush()


def _as_curve(name: str) -> tf.compat.v1.SummaryMetadata:
    """What ``tf.summary.scalar`` would add, which only works with TensorBoard installed."""
    metadata = tf.compat.v1.SummaryMetadata(display_name=name)
    metadata.plugin_data.plugin_name = "scalars"
    metadata.data_class = 1  # DATA_CLASS_SCALAR
    return metadata
