"""What went wrong is told as text, whatever Markdown a name in it is made of."""

import pytest

from mnist_demo.app.trouble import MARKUP, WORD_JOINER, plain

ACTIVE = [
    "![](http://somewhere.example/a.png)",
    "[here](javascript:alert(1))",
    "<img src=x onerror=alert(1)>",
    ":red[loud] :material/delete: :smile:",
    "`code` **bold** _leaning_ ~~out~~ $x^2$",
    "www.somewhere.example https://somewhere.example me@somewhere.example",
    "# heading",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("text", ACTIVE)
def test_what_markdown_would_make_of_a_name_is_escaped(text: str) -> None:
    told = plain(text)
    assert told.replace("\\", "").replace(WORD_JOINER, "") == text
    for index, sign in enumerate(told):
        if MARKUP.fullmatch(sign) and sign != "\\":
            assert told[index - 1] == "\\", told
    for active in ("://", ":red", ":material", ":smile", "www."):
        assert active not in told


def test_an_ordinary_sentence_stays_as_it_is() -> None:
    text = "The training cannot be started: out of memory (12 MB), at 10:30."
    assert plain(text) == text


def test_a_name_cannot_begin_a_paragraph() -> None:
    assert plain("a\n\n# b\r- c") == "a \\# b - c"
