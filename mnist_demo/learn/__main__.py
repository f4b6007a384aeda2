"""``python -m mnist_demo.learn``: every chapter as a Jupyter notebook."""

import argparse
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

import numpy as np
from numpy.typing import NDArray

from mnist_demo.errors import FileError
from mnist_demo.handwriting import render
from mnist_demo.handwriting.examples import read_examples
from mnist_demo.image.normalization import from_canvas
from mnist_demo.language import DEFAULT_LANGUAGE, list_languages
from mnist_demo.learn.chapter import CHAPTERS, load_chapter
from mnist_demo.learn.notebook import write_notebook
from mnist_demo.learn.step import load_steps

EXAMPLE = "4"


def load_drawing() -> NDArray[np.float32]:
    """An example drawing, (28, 28, 1) float32 in [0, 1]."""
    return from_canvas(render(read_examples()[EXAMPLE]))


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what could not be written."""
    parser = argparse.ArgumentParser(prog="python -m mnist_demo.learn", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("lessons"), help="where they are put")
    parser.add_argument(
        "--language", choices=list_languages(), default=DEFAULT_LANGUAGE, help="of the texts"
    )
    options = parser.parse_args(arguments)
    try:
        write_all(options.folder, options.language)
    except OSError as error:
        print(FileError(error), file=sys.stderr)
        return 1
    return 0


def write_all(folder: Path, language: str) -> None:
    """Write the notebook of each chapter into ``folder``, and tell its path."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(CHAPTERS, start=1):
        path = folder / f"{number}-{name}.ipynb"
        notebook = write_notebook(load_chapter(name, language), load_steps(name), load_drawing())
        path.write_text(notebook, encoding="utf-8")
        print(path)


if __name__ == "__main__":
    raise SystemExit(main())
