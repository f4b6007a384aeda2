"""What part of the image, and of every layer between, a pixel or a unit depends on."""

from dataclasses import dataclass

import keras

WINDOWED = ("Conv2D", "MaxPooling2D", "AveragePooling2D")
ELEMENTWISE = ("Dropout", "Activation", "ReLU", "LeakyReLU", "BatchNormalization")
NUMBER_OF_AXES_OF_MAPS = 3


@dataclass(frozen=True)
class Field:
    """A rectangle of pixels: ``top`` and ``left`` inside, ``bottom`` and ``right`` outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left


def find_fields(model: keras.Model, layer_name: str, at: tuple[int, ...]) -> dict[str, Field]:
    """Receptive field of one output in every layer of maps before it, and in the image.

    The keys are layer names, the input layer's for the image, from the layer before to the image.
    ``at`` is (row, column, channel) of a map or (unit,). What a convolution pads is no pixel, so
    fields end at the edges.

    Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    Distill 2019.
    """
    layer = model.get_layer(layer_name)
    field = _whole(layer.output.shape[1:])
    if len(at) == NUMBER_OF_AXES_OF_MAPS:
        field = Field(at[0], at[1], at[0] + 1, at[1] + 1)
    fields: dict[str, Field] = {}
    unit = at[0] if len(at) == 1 else None
    while (source := source_name(layer)) is not None:
        shape = layer.input.shape[1:]
        field, unit = _step_back(layer, field, unit, shape)
        if len(shape) == NUMBER_OF_AXES_OF_MAPS:
            fields[source] = field
        layer = model.get_layer(source)
    return fields


def window_of(
    layer: keras.Layer, shape: tuple[int, ...], row: int, column: int
) -> tuple[int, int, int, int]:
    """(top, left, height, width) of the window behind one output of a convolution or pooling.

    ``shape`` is that of the input, (height, width, channels). The window may reach beyond the
    edges where the layer pads: as TensorFlow does, half on each side, the odd pixel at the end.
    """
    sizes = layer.kernel_size if type(layer).__name__ == "Conv2D" else layer.pool_size
    starts = []
    for position, length, size, stride in zip(
        (row, column), shape[:2], sizes, layer.strides, strict=True
    ):
        padding = 0
        if layer.padding == "same":
            outputs = -(-length // stride)
            padding = max((outputs - 1) * stride + size - length, 0) // 2
        starts.append(position * stride - padding)
    return starts[0], starts[1], sizes[0], sizes[1]


def source_name(layer: keras.Layer) -> str | None:
    """Name of the layer that a layer of a functional model reads; None for an input."""
    if type(layer).__name__ == "InputLayer":
        return None
    return str(layer.input._keras_history.operation.name)


def _step_back(
    layer: keras.Layer, field: Field, unit: int | None, shape: tuple[int, ...]
) -> tuple[Field, int | None]:
    """Field and unit in the layer before, whose output has ``shape``."""
    kind = type(layer).__name__
    if kind in WINDOWED:
        top, left, *_ = window_of(layer, shape, field.top, field.left)
        low, right, height, width = window_of(layer, shape, field.bottom - 1, field.right - 1)
        ends = min(low + height, shape[0]), min(right + width, shape[1])
        return Field(max(top, 0), max(left, 0), *ends), None
    if kind == "Flatten" and unit is not None:
        row, column = divmod(unit // shape[2], shape[1])
        return Field(row, column, row + 1, column + 1), None
    if kind in ELEMENTWISE:
        return field, unit
    return _whole(shape), None


def _whole(shape: tuple[int, ...]) -> Field:
    return Field(0, 0, shape[0], shape[1] if len(shape) == NUMBER_OF_AXES_OF_MAPS else 1)
