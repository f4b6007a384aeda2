"""A link for your students: what it hides is not on the page, and stays hidden."""

from collections.abc import Callable
from typing import Any

import pytest

from mnist_demo.app.places.take_away.class_link import write_link
from tests.app.conftest import Visitor


@pytest.fixture
def come(make_visitor: Callable[..., Visitor]) -> Callable[[str], Visitor]:
    """Function to a visitor with this value of the parameter."""

    def come(hide: str) -> Any:
        visitor = make_visitor(is_loaded=False)
        visitor.page.query_params["hide"] = hide
        return visitor.look()

    return come


def test_what_an_address_hides_is_not_there(come: Callable[[str], Visitor]) -> None:
    visitor = come("sources,sidebar")
    assert not visitor.has_examples
    assert not visitor.has_button("Retrain")
    assert not visitor.page.sidebar.selectbox
    del visitor.page.query_params["hide"]  # another place, reached by a link of a lesson
    assert not visitor.look().has_examples


def test_an_unknown_part_gets_a_sentence(come: Callable[[str], Visitor]) -> None:
    visitor = come("sources,weather")
    assert not visitor.has_examples
    (warning,) = visitor.page.warning
    assert warning.value == "The address asks to hide something that is not on this page."


@pytest.mark.parametrize(
    ("opened", "hidden", "drawing", "address"),
    [
        ("look-inside", [], {}, ""),
        ("look-inside", ["menu"], {}, "?hide=menu"),
        ("losses", [], {}, "learn?chapter=losses"),
        (
            "losses",
            ["menu", "chapters"],
            {"drawing": "abc"},
            "learn?chapter=losses&drawing=abc&hide=menu,chapters",
        ),
    ],
)
def test_a_link_names_what_it_opens_and_hides(
    opened: str, hidden: list[str], drawing: dict[str, str], address: str
) -> None:
    assert write_link(opened, hidden, drawing) == address
