"""A chapter as a value, and how one is read: a folder with a text a language, and its steps.

A text is Markdown. ``# `` is its title, ``## `` begins a section, ``### `` asks a question whose
answer is the rest of the section. A paragraph that is one link leads to another place of the app.
A fenced block ``step`` runs a function: its name, and a line ``parameter: label`` for each number
that a reader may change. A fenced block ``network`` is the name of a network of the catalogue, and
one ``loops`` the names of several, whose training loops stand beside each other.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mnist_demo.language import DEFAULT_LANGUAGE

CHAPTERS = (
    "tensors",
    "layers",
    "activations",
    "losses",
    "gradients",
    "descent",
    "data",
    "graph",
    "networks",
)
"""Names of the chapters, in the order in which they are read."""

FOLDER = Path(__file__).parent
FENCED = re.compile(r"^(```(?:step|network|loops)\n.*?^```)$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[([^]]+)\]\(/([a-z-]+)(?:\?(\w+)=([\w-]+))?\)")


@dataclass(frozen=True)
class Prose:
    """Paragraphs in Markdown."""

    text: str


@dataclass(frozen=True)
class Run:
    """A step that is run here, and what its numbers are called, by parameter."""

    step: str
    labels: dict[str, str]


@dataclass(frozen=True)
class Training:
    """A network of the catalogue: how it is built and trained, and what it reads."""

    network: str


@dataclass(frozen=True)
class Loops:
    """Networks of the catalogue whose training loops are compared."""

    networks: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question, and its answer in Markdown."""

    text: str
    answer: str


@dataclass(frozen=True)
class Link:
    """The way to another place of the app, and the query parameters that open a part of it."""

    text: str
    place: str
    parameters: dict[str, str]


Block = Prose | Run | Training | Loops | Question | Link


@dataclass(frozen=True)
class Section:
    """One idea: a title, and what is said, run and asked about it."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Chapter:
    """A lesson of some sections, in one language."""

    name: str
    title: str
    sections: tuple[Section, ...]

    @property
    def runs(self) -> list[Run]:
        """All that is run, in order."""
        return [block for block in self.blocks if isinstance(block, Run)]

    @property
    def trainings(self) -> list[Training]:
        """All networks, in order."""
        return [block for block in self.blocks if isinstance(block, Training)]

    @property
    def blocks(self) -> list[Block]:
        """Those of all sections."""
        return [block for section in self.sections for block in section.blocks]


@cache
def load_chapter(name: str, language: str = DEFAULT_LANGUAGE) -> Chapter:
    """The chapter of this name, in one of `list_languages`."""
    text = (FOLDER / name / f"{language}.md").read_text(encoding="utf-8")
    return parse_chapter(name, text)


def parse_chapter(name: str, text: str) -> Chapter:
    """A chapter of its Markdown."""
    head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    return Chapter(name, head.removeprefix("# ").strip(), tuple(map(_parse_section, sections)))


def _parse_section(text: str) -> Section:
    title, _, rest = text.partition("\n")
    body, _, asked = rest.partition("\n### ")
    blocks: list[Block] = []
    for part in re.split(FENCED, body):
        blocks += [_parse_fenced(part)] if re.match(FENCED, part) else _parse_prose(part)
    if asked:
        question, _, answer = asked.partition("\n")
        blocks.append(Question(question, answer.strip()))
    return Section(title, tuple(blocks))


def _parse_fenced(fenced: str) -> Run | Training | Loops:
    kind, *lines = fenced.splitlines()[:-1]
    match kind:
        case "```network":
            return Training(lines[0])
        case "```loops":
            return Loops(tuple(lines))
    pairs = (line.split(": ", 1) for line in lines[1:])
    return Run(lines[0], dict(pairs))


def _parse_prose(text: str) -> list[Block]:
    blocks: list[Block] = []
    for paragraph in text.strip().split("\n\n"):
        if link := LINK.fullmatch(paragraph):
            label, place, parameter, value = link.groups()
            blocks.append(Link(label, place, {parameter: value} if parameter else {}))
        elif paragraph:
            blocks.append(Prose(paragraph))
    return blocks
