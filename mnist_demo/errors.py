"""Expected trouble: each error carries one plain sentence that a page can show as it is."""

from mnist_demo.language import _


class DemoError(Exception):
    """Trouble that a user can meet and that one plain sentence explains.

    It is told in the language of whoever reads it: ``DemoError("There is no {name}.", name=name)``.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.values = values

    def __str__(self) -> str:
        message = _(self.args[0])
        return message.format(**self.values) if self.values else message


class BlankDrawingError(DemoError):
    """Nothing has been drawn yet."""


class CanvasError(DemoError):
    """A drawing has too many strokes, or no canvas of ours has sent it."""


class DatasetError(DemoError):
    """A data set is missing, damaged or cannot be downloaded."""


class ModelVersionError(DemoError):
    """A model version is missing, damaged or cannot be saved."""


class TrainingJobError(DemoError):
    """A training cannot be started."""


class TrainingDivergedError(DemoError):
    """A training has led to a loss that is no number any more."""


class LessonError(DemoError):
    """Nothing can be learned from these drawings."""


class SettingError(DemoError):
    """The environment sets something to a value that it cannot have."""


class ExportError(DemoError):
    """A network cannot be put into the form that was asked for."""


class UploadError(DemoError):
    """A file is no picture, or one that is broken, too large or blank."""


class LinkError(DemoError):
    """A link holds no drawing, or a drawing does not fit into one."""
