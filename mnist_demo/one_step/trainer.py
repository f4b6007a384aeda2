"""Trains a network step by step, and lays the last step open.

What is compiled takes the weights as arguments, so that all who train a network share it: what one
of them keeps is weights, the optimizer's memory of them, and one step.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from mnist_demo.data.samples import Samples
from mnist_demo.networks import Network, Recipe
from mnist_demo.networks.optimization import LOSSES, OPTIMIZERS, Tensor, accuracy
from mnist_demo.networks.training_loop import without_softmax
from mnist_demo.one_step.training_step import StepRecord, TrainingStep, WeightUpdate
from mnist_demo.progress import OnCount, ignore_count

MOST_RECORDS = 500


class Trainer:
    """One training: weights, an optimizer and what the last step did.

    The recipe names optimizer and loss, which is that of the logits, as in `fit_in_memory`. The
    first weights are a copy of those of ``model``, which the network has built. Each batch is drawn
    at random from ``samples``. ``course`` has the first step and the last `MOST_RECORDS`, ``last``
    the last one laid open.
    """

    def __init__(
        self,
        network: Network,
        recipe: Recipe,
        model: keras.Model,
        samples: Samples,
        seed: int | None = None,
    ) -> None:
        self.samples = samples
        self.recipe = recipe
        self.names = tuple(variable.path for variable in _build(network).trainable_variables)
        self.course: tuple[StepRecord, ...] = ()
        self.last: TrainingStep | None = None
        self._differentiate = _compile(network, recipe.loss)
        self._classify = _compile_answer(network)
        self._weights = [
            keras.Variable(variable.numpy(), name=name.replace("/", "_"))
            for name, variable in zip(self.names, model.trainable_variables, strict=True)
        ]
        self._others = [tf.identity(variable.value) for variable in model.non_trainable_variables]
        self._others_before = self._others
        self._optimizer = OPTIMIZERS[recipe.optimizer](recipe.learning_rate)
        self._optimizer.build(self._weights)
        self._random = np.random.default_rng(seed)

    def run(
        self,
        steps: int,
        batch_size: int,
        learning_rate: float,
        on_progress: OnCount = ignore_count,
    ) -> None:
        """Take so many steps; what ``on_progress`` raises ends them, and those done remain."""
        for done in range(steps):
            on_progress(done, steps)
            self._take(batch_size, learning_rate)
        on_progress(steps, steps)

    def answer(
        self, image: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32] | None, NDArray[np.float32]]:
        """Probabilities (10,) for an image (28, 28, 1), before the last step and now.

        The former are None where no step has been taken.
        """
        now, before, last = self._values, None, self.last
        if last is not None:
            now = [one.after for one in last.updates.values()]
            weights = [one.before for one in last.updates.values()]
            before = self._classify(weights, self._others_before, image[np.newaxis]).numpy()[0]
        return before, self._classify(now, self._others, image[np.newaxis]).numpy()[0]

    @property
    def _values(self) -> list[Tensor]:
        """The weights as they are now, whatever becomes of the variables."""
        return [tf.identity(weight.value) for weight in self._weights]

    def _take(self, batch_size: int, learning_rate: float) -> None:
        count = len(self.samples)
        rows = self._random.choice(count, min(batch_size, count), replace=False)
        images, labels = self.samples.images(rows), self.samples.labels[rows]
        before, slots = self._values, self._read_slots()
        losses, loss, hits, gradients, others = self._differentiate(
            before, self._others, images, labels
        )
        self._optimizer.learning_rate = learning_rate
        self._optimizer.apply(gradients, self._weights)
        self._others_before, self._others = self._others, others
        arrays = zip(before, gradients, self._values, slots, strict=True)
        updates = {
            name: WeightUpdate(old.numpy(), gradient.numpy(), new.numpy(), slot)
            for name, (old, gradient, new, slot) in zip(self.names, arrays, strict=True)
        }
        record = StepRecord(
            1 if self.last is None else self.last.record.number + 1,
            learning_rate,
            float(loss),
            float(hits),
            _measure(one.before for one in updates.values()),
            _measure(one.step for one in updates.values()),
        )
        self.last = TrainingStep(record, self._settings, images, labels, losses.numpy(), updates)
        self.course = (*self.course[:1], *self.course[1:][1 - MOST_RECORDS :], record)

    @property
    def _settings(self) -> dict[str, float]:
        """The optimizer's numbers."""
        settings = self._optimizer.get_config().items()
        return {name: value for name, value in settings if isinstance(value, float)}

    def _read_slots(self) -> list[dict[str, NDArray[np.float32]]]:
        """What the optimizer remembers of each array of weights, by its own names."""
        own = {variable.name: variable for variable in self._optimizer.variables}
        return [
            {
                slot: own[key].numpy()
                for slot in ("momentum", "velocity")
                if (key := f"{weight.name}_{slot}") in own
            }
            for weight in self._weights
        ]


def scale_weights(model: keras.Model, factor: float) -> None:
    """Multiply all weights that are trained, in place."""
    for variable in model.trainable_variables:
        variable.assign(factor * variable)


def _measure(arrays: Iterable[NDArray[np.float32]]) -> float:
    """Euclidean norm of all numbers of some arrays."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.sqrt(sum(np.square(array, dtype=np.float64).sum() for array in arrays)))


@cache
def _build(network: Network) -> keras.Model:
    """Layers of the network, whose own weights nobody uses."""
    return network.build()


@cache
def _compile(network: Network, loss: str) -> Any:
    """Function of weights, other variables, images (n, 28, 28, 1) and labels (n,).

    It gives the losses (n,), their mean, the accuracy, the gradients of the mean and the other
    variables after the batch.
    """
    logits_model, compute_loss = without_softmax(_build(network)), LOSSES[loss]
    batch = [tf.TensorSpec((None, 28, 28, 1), tf.float32), tf.TensorSpec((None,), tf.int64)]

    @tf.function(autograph=False, input_signature=[*_specify(logits_model), *batch])
    def differentiate(
        weights: list[Tensor], others: list[Tensor], images: Tensor, labels: Tensor
    ) -> tuple[Any, ...]:
        with tf.GradientTape() as tape:
            tape.watch(weights)
            logits, others = logits_model.stateless_call(weights, others, images, training=True)
            loss = compute_loss(labels, logits)
        losses = tf.vectorized_map(
            lambda one: compute_loss(one[0][tf.newaxis], one[1][tf.newaxis]), (labels, logits)
        )
        gradients = tape.gradient(loss, weights)
        return losses, loss, accuracy(labels, logits), gradients, others

    return differentiate


@cache
def _compile_answer(network: Network) -> Any:
    """Function of weights, other variables and images to probabilities (n, 10)."""
    model = _build(network)
    images = tf.TensorSpec((None, 28, 28, 1), tf.float32)

    @tf.function(autograph=False, input_signature=[*_specify(model), images])
    def classify(weights: list[Tensor], others: list[Tensor], images: Tensor) -> Tensor:
        return model.stateless_call(weights, others, images, training=False)[0]

    return classify


def _specify(model: keras.Model) -> list[list[tf.TensorSpec]]:
    """Shapes and types of its weights and of its other variables."""
    kinds = (model.trainable_variables, model.non_trainable_variables)
    return [[tf.TensorSpec(one.shape, one.dtype) for one in variables] for variables in kinds]
