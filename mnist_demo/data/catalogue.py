"""The catalogue of data sets: what their classes are called, and how they are loaded."""

from collections.abc import Callable
from dataclasses import dataclass

from mnist_demo.data import fashion_mnist, mnist
from mnist_demo.data.dataset import Dataset
from mnist_demo.data.download import RemoteFile, are_here
from mnist_demo.data.fashion_mnist import load_fashion_mnist
from mnist_demo.data.mnist import load_mnist
from mnist_demo.data.synthetic import COUNTS, load_handwriting
from mnist_demo.errors import DatasetError
from mnist_demo.language import N_
from mnist_demo.progress import OnFraction, ignore_fraction


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set before it is loaded; words are translated where they are shown.

    Attributes
    ----------
    classes
        Names of the ten classes, by their labels.
    word, a_word
        All classes in a word, and one of them: "digits" and "a digit".
    load
        Gets an `OnFraction`; raises DatasetError where the data cannot be had.
    train_images
        Number of images to train on; None where it depends on a file.
    files
        What it reads, which is downloaded if need be.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    word: str
    a_word: str
    load: Callable[[OnFraction], Dataset]
    train_images: int | None
    files: tuple[RemoteFile, ...] = ()

    @property
    def are_digits(self) -> bool:
        """Whether the classes are digits, which people can draw and which are read from strokes."""
        return self.classes == DIGITS

    @property
    def is_here(self) -> bool:
        """Whether it is loaded without a download."""
        return are_here(self.files)


def _ask_for_file(_: OnFraction) -> Dataset:
    raise DatasetError("This training is on a file of drawings, which has to be given again.")


DIGITS = tuple("0123456789")
CLOTHING = (
    N_("T-shirt"),
    N_("Trouser"),
    N_("Pullover"),
    N_("Dress"),
    N_("Coat"),
    N_("Sandal"),
    N_("Shirt"),
    N_("Sneaker"),
    N_("Bag"),
    N_("Ankle boot"),
)
MNIST = DatasetInfo(
    "mnist", "MNIST", DIGITS, N_("digits"), N_("a digit"), load_mnist, 60_000, (mnist.FILE,)
)
FASHION_MNIST = DatasetInfo(
    "fashion-mnist",
    "Fashion-MNIST",
    CLOTHING,
    N_("clothing"),
    N_("clothing"),
    load_fashion_mnist,
    60_000,
    tuple(fashion_mnist.FILES.values()),
)
HANDWRITING = DatasetInfo(
    "handwriting",
    N_("Drawn by this project"),
    DIGITS,
    N_("digits"),
    N_("a digit"),
    load_handwriting,
    COUNTS["train"],
)
DRAWINGS = DatasetInfo(  # `pen_file.load_drawings` loads it
    "drawings",
    N_("A file of my own"),
    DIGITS,
    N_("digits"),
    N_("a digit"),
    _ask_for_file,
    None,
)
DATASETS = {info.name: info for info in (MNIST, FASHION_MNIST, HANDWRITING, DRAWINGS)}


def load_dataset(name: str, on_fraction: OnFraction = ignore_fraction) -> Dataset:
    """Data set called ``name``; ``on_fraction`` gets the fraction that is downloaded or drawn.

    Raises KeyError with the names there are otherwise, and DatasetError, in one sentence, where
    the data cannot be had.
    """
    if name not in DATASETS:
        raise KeyError(f"there is no data set {name!r}, only {', '.join(DATASETS)}")
    return DATASETS[name].load(on_fraction)
