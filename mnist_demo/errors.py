"""Expected trouble: each error carries one plain sentence that a page can show as it is."""

from mnist_demo.language import N_, _


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


class TrainingMemoryError(DemoError):
    """A training needs more memory than it may take."""

    def __init__(self) -> None:
        super().__init__(
            N_("The training needs more memory than is available here: choose smaller batches.")
        )


class BusyError(DemoError):
    """The server has as much to do as it takes on."""

    def __init__(self) -> None:
        super().__init__(N_("The server is too busy right now: try again in a minute."))


class LessonError(DemoError):
    """Nothing can be learned from these drawings."""


class SettingError(DemoError):
    """The environment sets something to a value that it cannot have."""


class NetworkFileError(DemoError):
    """A file of a network of one's own is broken."""


class AssetError(DemoError):
    """A file that belongs to the project is missing or damaged."""

    def __init__(self, file: str) -> None:
        super().__init__(
            N_("The file {file} of this app is missing or damaged: reinstall the app."), file=file
        )


class FileError(DemoError):
    """A file or folder cannot be written."""

    def __init__(self, error: OSError) -> None:
        message = N_("A file cannot be written: {why}.")
        if error.filename is not None:
            message = N_("{path} cannot be written: {why}.")
        super().__init__(message, path=error.filename, why=error.strerror or error)


class ExportError(DemoError):
    """A network cannot be put into the form that was asked for."""


class UploadError(DemoError):
    """A file is no picture, or one that is broken, too large or blank."""


class LinkError(DemoError):
    """A link holds no drawing, or a drawing does not fit into one."""
