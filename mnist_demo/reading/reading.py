"""What a network makes of one image, and what its layers are: values that need NumPy alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mnist_demo.reading.rejection import score

MAP_AXES = 3  # height, width, channels


@dataclass(frozen=True)
class Reading:
    """What a network makes of one image.

    Attributes
    ----------
    logits
        (10,) float32, any range.
    probabilities
        (10,) float32 in [0, 1], their sum 1.
    activations
        From layer name to its output without the batch axis, float32, in the network's order.
    rejection_threshold
        The version rejects what scores lower; None where it rejects nothing.
    """

    logits: NDArray[np.float32]
    probabilities: NDArray[np.float32]
    activations: dict[str, NDArray[np.float32]]
    rejection_threshold: float | None = None

    @property
    def digit(self) -> int:
        """Most probable class, 0 to 9."""
        return int(self.probabilities.argmax())

    @property
    def runner_up(self) -> int:
        """Second most probable class, 0 to 9."""
        return int(self.probabilities.argsort()[-2])

    @property
    def score(self) -> float:
        """How much the image looks like any class at all, see `rejection.score`."""
        return float(score(self.logits))

    @property
    def is_rejected(self) -> bool:
        """Whether the version says that this is nothing it knows."""
        return self.rejection_threshold is not None and self.score < self.rejection_threshold


@dataclass(frozen=True)
class Window:
    """A rectangle that slides over the rows and columns of what a layer reads.

    Attributes
    ----------
    size
        Rows and columns.
    strides
        How far it moves down and to the right from one output to the next.
    padding
        Rows and columns of the first window that lie before the edge.
    """

    size: tuple[int, int]
    strides: tuple[int, int]
    padding: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class LayerInfo:
    """What a layer is.

    Attributes
    ----------
    kind
        Name of its class in Keras.
    shape, source_shape
        Of its output, and of what it reads, without the batch axis.
    parameters
        Number of its weights, biases and moving averages.
    source
        Name of the layer that it reads, empty for an input and where it reads several.
    window
        Of a convolution or pooling, else None.
    activation
        Name of its function in Keras, such as ``relu``; empty where it has none.
    settings
        The numbers and switches of its configuration in Keras, such as ``rate``.
    unusual
        Names of settings that change what it does, and that nothing here tells of.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int = 0
    source: str = ""
    source_shape: tuple[int, ...] = ()
    window: Window | None = None
    activation: str = ""
    settings: Mapping[str, float] = field(default_factory=dict, hash=False)
    unusual: tuple[str, ...] = ()

    @property
    def has_maps(self) -> bool:
        """Whether it gives maps of (height, width, channels), not (units,)."""
        return len(self.shape) == MAP_AXES
