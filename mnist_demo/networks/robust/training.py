"""The recipe ``robust``: read everybody's handwriting, and reject what is not a digit.

Three kinds of images are mixed in every batch: MNIST; drawings of digits, in the ways of writing
that MNIST lacks; and non-digits. All of them are sheared, bent, thickened and so on.

The loss has an eleventh class, "no digit", whose logit is held at zero. So the ten logits say two
things: their softmax, which digit it is if it is one; and the logarithm of the sum of their
exponentials, the energy, whether it is one. More than zero is a digit. The layers stay as they
are, and so does what softmax makes of them.

A larger network learns the same at the same time, and the smaller one learns from its answers, too:
they say which wrong digits are almost right.

Source of the idea of showing a network what it must not know: Hendrycks, Mazeika and Dietterich,
"Deep anomaly detection with outlier exposure", ICLR 2019.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf
from numpy.random import Generator
from numpy.typing import NDArray

from mnist_demo.data.dataset import Dataset
from mnist_demo.networks.optimization import Tensor, cross_entropy, make_optimizer
from mnist_demo.networks.recipe import EMA_TIME_CONSTANTS, OnProgress, Progress, Recipe
from mnist_demo.networks.robust.augmentation import augment
from mnist_demo.networks.robust.examples import (
    Examples,
    draw_digits,
    join,
    make_non_digits,
    redraw_digits,
    take_training_images,
)
from mnist_demo.networks.robust.teacher import build_teacher
from mnist_demo.networks.training_loop import without_softmax

FRACTIONS = (0.30, 0.15, 0.30, 0.25)  # of MNIST, MNIST redrawn, drawn digits and non-digits
HELD_OUT = 2000  # images of MNIST that are kept for calibration, and of them as many redrawn
MORE_DRAWN = 10  # times as many digits are drawn for it, as fewer leave the threshold to chance
REJECTED_FRACTION = 0.0075  # of the digits held out
DRAWN_FOR_AN_EPOCH = (2500, 4500, 4500)  # digits redrawn, digits drawn, and non-digits
SOFT_FRACTION = 0.7  # of the loss that comes from the teacher
SOFTENING = 2.0  # what logits are divided by before they are compared with the teacher's
TEMPERATURES = np.exp(np.linspace(-1.5, 1.5, 151))


@dataclass
class Material:
    """What is learned from: training images, and drawings, more of them in each epoch.

    ``held_out`` is for calibration only.
    """

    images: Examples
    drawn: list[Examples]
    held_out: Examples

    @property
    def kinds(self) -> list[Examples]:
        """The four kinds that FRACTIONS are the fractions of."""
        return [self.images, *self.drawn]

    def add(self, new: list[Examples]) -> None:
        """Put new drawings to the old ones of their kind."""
        pairs = zip(self.drawn, new, strict=True)
        self.drawn = [join(pair) for pair in pairs] if self.drawn else new


def fit_robust(
    model: keras.Model, dataset: Dataset, recipe: Recipe, on_progress: OnProgress
) -> None:
    """Train on augmented, drawn and outlying images, then calibrate.

    The weights are an exponential moving average (EMA) of those that training passes through.
    """
    rng = np.random.default_rng(np.random.randint(2**31))
    material = gather_material(dataset, rng)
    batches = recipe.count_batches(len(dataset.train_labels))
    trainer = Trainer(model, recipe, recipe.epochs * batches)
    with ThreadPoolExecutor(1) as artist:
        drawing = artist.submit(draw_more, material.images, _seed(rng))
        for epoch in range(1, recipe.epochs + 1):
            material.add(drawing.result())
            if epoch < recipe.epochs:
                drawing = artist.submit(draw_more, material.images, _seed(rng))
            for batch, examples in enumerate(mix(material, recipe.batch_size, batches, rng), 1):
                loss, accuracy = trainer.step(examples, rng)
                if batch % recipe.report_every == 0 or batch == batches:
                    done = (epoch, recipe.epochs, batch, batches)
                    on_progress(Progress(*done, float(loss), float(accuracy)))
    trainer.finish()
    calibrate(model, material.held_out, recipe.rejection_threshold or 0.0)


def gather_material(dataset: Dataset, rng: Generator) -> Material:
    """The training images, nothing drawn yet, and digits of each kind held out."""
    images = take_training_images(dataset)
    rows = rng.permutation(len(images))
    held_out = min(HELD_OUT, len(images) // 10)
    kept, rest = images.take(rows[:held_out]), images.take(rows[held_out:])
    drawn = draw_digits(MORE_DRAWN * held_out, _seed(rng))
    return Material(rest, [], join([kept, drawn, redraw_digits(held_out, _seed(rng), kept)]))


def draw_more(images: Examples, seed: int) -> list[Examples]:
    """Some of the images redrawn, new drawings of digits, and new ones of non-digits."""
    redrawn, digits, non_digits = DRAWN_FOR_AN_EPOCH
    return [
        redraw_digits(redrawn, seed, images),
        draw_digits(digits, seed + 1),
        make_non_digits(non_digits, seed + 2, images),
    ]


def mix(material: Material, batch_size: int, batches: int, rng: Generator) -> Iterator[Examples]:
    """Batches with a fixed fraction of each kind, shuffled."""
    sizes = [max(1, round(fraction * batch_size)) for fraction in FRACTIONS]
    rows = [
        _shuffle(len(part), size * batches, rng).reshape(batches, size)
        for part, size in zip(material.kinds, sizes, strict=True)
    ]
    kinds = material.kinds
    for rows_of_parts in zip(*rows, strict=True):
        taken = [part.take(few) for part, few in zip(kinds, rows_of_parts, strict=True)]
        yield join(taken).take(rng.permutation(sum(sizes)))


def _shuffle(images: int, count: int, rng: Generator) -> NDArray[np.int64]:
    """So many rows, each once before any comes again."""
    passes = -(-count // images)
    return np.concatenate([rng.permutation(images) for _ in range(passes)])[:count]


def _seed(rng: Generator) -> int:
    return int(rng.integers(2**31))


class Trainer:
    """Takes steps, and keeps an EMA of the weights if the recipe wants it.

    A larger network, the teacher, takes the same steps. The loss of the network is
    ``SOFT_FRACTION`` of how far it is from the teacher's probabilities, both softened by
    ``SOFTENING``, and for the rest how far it is from the labels (Hinton, Vinyals and Dean,
    "Distilling the knowledge in a neural network", 2015; both at once, as in Zhang, Xiang,
    Hospedales and Lu, "Deep mutual learning", CVPR 2018, but in one direction).
    """

    def __init__(self, model: keras.Model, recipe: Recipe, steps: int) -> None:
        self.network, self.teacher = without_softmax(model), build_teacher()
        self.weights = self.network.trainable_variables
        self.trained = self.weights + self.teacher.trainable_variables
        self.momentum = recipe.averaging or 0.0
        self.optimizer = make_optimizer(replace(recipe, averaging=None), steps)
        self.optimizer.build(self.trained)
        self.averages = [tf.Variable(weight) for weight in self.weights]

    def step(self, examples: Examples, rng: Generator) -> tuple[Tensor, Tensor]:
        """Loss and accuracy of one batch, after which the weights are changed."""
        seed = tf.constant(rng.integers(2**31, size=2), tf.int32)
        images, labels = tf.constant(examples.images), tf.constant(examples.labels)
        measured: tuple[Tensor, Tensor] = self._step(images, labels, seed)
        return measured

    @tf.function(reduce_retracing=True)
    def _step(self, pixels: Tensor, labels: Tensor, seed: Tensor) -> tuple[Tensor, Tensor]:
        images = augment(tf.cast(pixels, tf.float32) / 255, seed)
        with tf.GradientTape() as tape:
            logits = with_no_digit(self.network(images, training=True))
            taught = with_no_digit(self.teacher(images, training=True))
            loss = cross_entropy(labels, logits)
            distance = measure_distance(logits, tf.stop_gradient(taught))
            total = (1 - SOFT_FRACTION) * loss + SOFT_FRACTION * distance
            total += cross_entropy(labels, taught)
        self.optimizer.apply(tape.gradient(total, self.trained), self.trained)
        step = tf.cast(self.optimizer.iterations, tf.float32)
        fraction = tf.maximum(1 - self.momentum, EMA_TIME_CONSTANTS / (step + EMA_TIME_CONSTANTS))
        for average, weight in zip(self.averages, self.weights, strict=True):
            average.assign_add((weight - average) * fraction)
        hits = tf.argmax(logits, axis=1, output_type=tf.int32) == labels
        return loss, tf.reduce_mean(tf.cast(hits, tf.float32))

    def finish(self) -> None:
        """Put the average weights in place."""
        for average, weight in zip(self.averages, self.weights, strict=True):
            weight.assign(average)


def measure_distance(logits: Tensor, taught: Tensor) -> Tensor:
    """Mean cross entropy of the softened softmax of ``logits`` (n, 11) from that of ``taught``.

    Times the square of `SOFTENING`, so that the size of its gradient hardly depends on that number.
    """
    soft = tf.nn.softmax(taught / SOFTENING)
    distances = tf.nn.softmax_cross_entropy_with_logits(labels=soft, logits=logits / SOFTENING)
    return tf.reduce_mean(distances) * SOFTENING**2


def with_no_digit(logits: Tensor, threshold: float = 0.0) -> Tensor:
    """Logits (n, 10) with an eleventh, that of "no digit", which is always the same."""
    return tf.pad(logits, ((0, 0), (0, 1)), constant_values=threshold)


def calibrate(model: keras.Model, digits: Examples, threshold: float = 0.0) -> None:
    """Fold into the layer ``logits`` a temperature and a shift of all its biases.

    The temperature makes the probabilities of these digits, which training has not seen, as honest
    as they can be (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks",
    ICML 2017). The shift, which softmax does not see, leaves REJECTED_FRACTION of them below
    ``threshold``.
    """
    images = (digits.images / np.float32(255)).astype(np.float32)
    logits = without_softmax(model).predict(images, batch_size=512, verbose=0)
    temperature = find_temperature(logits, digits.labels)
    shift = threshold - np.quantile(find_energies(logits / temperature), REJECTED_FRACTION)
    layer = model.get_layer("logits")
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel / temperature, bias / temperature + np.float32(shift)])


def find_energies(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Logarithm of the sum of the exponentials of each row of logits (n, 10): (n,)."""
    return np.asarray(np.logaddexp.reduce(logits, axis=1, dtype=np.float64), np.float32)


def find_temperature(logits: NDArray[np.float32], labels: NDArray[np.int32]) -> float:
    """The temperature with which softmax finds the labels (n,) of logits (n, 10) most likely."""
    losses = []
    for temperature in TEMPERATURES:
        scaled = logits / np.float32(temperature)
        of_labels = scaled[np.arange(len(labels)), labels]
        losses.append(float((find_energies(scaled) - of_labels).mean()))
    return float(TEMPERATURES[int(np.argmin(losses))])
