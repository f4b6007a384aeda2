"""A visitor's own training, step by step: one at a time, and only while it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mnist_demo.app.runtime.background import Place
from mnist_demo.app.session import OWN_TRAINING

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.one_step.trainer import Trainer


@dataclass(frozen=True)
class Beginning:
    """What a training begins with; with anything else another one begins.

    ``start`` says where the weights come from, ``version`` is the key of theirs if they are a
    version's.
    """

    network: str
    optimizer: str
    loss: str
    start: str
    version: str = ""


@dataclass(frozen=True)
class OwnTraining:
    """A training, how it began, and where the work on its next steps is."""

    beginning: Beginning
    trainer: "Trainer"
    place: Place[None] = field(default_factory=Place)


def find_training(beginning: Beginning, begin: Callable[[], "Trainer"]) -> OwnTraining:
    """Training of this visitor; a new one where the last began otherwise, or was let go."""
    training = OWN_TRAINING.get()
    if training is None or training.beginning != beginning:
        let_go()
        training = OwnTraining(beginning, begin())
        OWN_TRAINING.set(training)
    return training


def let_go() -> None:
    """Stop this visitor's training and forget it, if there is one: weights take memory."""
    training = OWN_TRAINING.get()
    if training is not None and training.place.task is not None:
        training.place.task.stop()
    OWN_TRAINING.forget()
