"""The reader's language: gettext catalogues, which Babel writes and the standard library reads.

`_` marks a sentence and translates it, `N_` marks one that is translated where it is shown. What is
put into a sentence is named: ``_("{name} is missing.").format(name=name)``. What has no translation
stays English, as in the source.
"""

import gettext
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from mnist_demo.paths import ASSETS

FOLDER = ASSETS / "locale"
DOMAIN = "mnist_demo"
DEFAULT_LANGUAGE = "en"
_spoken: ContextVar[str | None] = ContextVar("language", default=None)
_ask: Callable[[], str] = lambda: DEFAULT_LANGUAGE  # noqa: E731


def speak(name: str) -> None:
    """Write in this language from now on, in this thread or task."""
    _spoken.set(name)


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Write in this language for a while."""
    token = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(token)


def ask(find: Callable[[], str]) -> None:
    """Let ``find`` say which language a thread writes in that has not been told."""
    global _ask  # noqa: PLW0603
    _ask = find


def language() -> str:
    """The language that is spoken now, such as ``zh``."""
    spoken = _spoken.get()
    if spoken is None:
        spoken = _ask()
        speak(spoken)
    return spoken


def _(message: str) -> str:
    """The message in the reader's language."""
    return message and read_catalogue(language()).gettext(message)  # "" is a catalogue's header


def ngettext(one: str, many: str, number: int) -> str:
    """The message for so many, in the reader's language."""
    return read_catalogue(language()).ngettext(one, many, number)


def N_(message: str) -> str:  # noqa: N802
    """The message as it is: marked, for `_` to translate where it is shown."""
    return message


OWN_NAME = N_("English")  # a catalogue translates it into what its language calls itself


@cache
def list_languages() -> dict[str, str]:
    """What each language calls itself, by its name; English first."""
    folders = sorted(path.parent.parent.name for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    names = [DEFAULT_LANGUAGE, *folders]
    return {name: read_catalogue(name).gettext(OWN_NAME) for name in names}


def find_language(locale: str | None) -> str:
    """The language here for a browser's locale, such as zh-CN; English for all others."""
    name = (locale or "").split("-")[0]
    return name if name in list_languages() else DEFAULT_LANGUAGE


@cache
def read_catalogue(name: str) -> gettext.NullTranslations:
    """Translations into this language; none for English."""
    return gettext.translation(DOMAIN, FOLDER, [name], fallback=True)
