"""The page for who is not let in: a sentence in his language, and the way back to his drawing."""

from html import unescape
from typing import Any

import pytest
from starlette.requests import Request

from mnist_demo.app.runtime.away import ROUTE, SENTENCES, _find_way_back, address_away
from mnist_demo.language import read_catalogue


def fetch(path: str, referrer: str = "") -> Any:
    headers = [(b"referer", referrer.encode())]
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": headers}
    return ROUTE.endpoint(Request({**scope, **ROUTE.matches(scope)[1]}))


@pytest.mark.parametrize("reason", ["full", "idle"])
@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9", "zh"), ("zh,en;q=0.5", "zh"), ("fr", "en"), ("", "en")],
)
def test_the_reason_is_told_in_the_browsers_language(
    reason: Any, accepted: str, language: str
) -> None:
    for base in ("/", "/some/where/"):
        response = fetch(base + address_away(reason, accepted))
        page = unescape(response.body.decode())
        assert f'lang="{language}"' in page
        for sentence in SENTENCES[reason]:
            assert read_catalogue(language).gettext(sentence) in page
        assert response.headers["Cache-Control"] == "private, no-store"


def test_the_way_back_has_the_drawing_as_text() -> None:
    page = fetch("/en/away/idle", "https://a.example/learn?drawing=eNp9&hide=<menu>").body.decode()
    assert 'href="/learn?drawing=eNp9&amp;hide=&lt;menu&gt;"' in page


@pytest.mark.parametrize(
    ("referrer", "way"),
    [
        ("", "/"),
        ("https://a.example", "/"),
        ("https://a.example/x/learn?a=%20b", "/x/learn?a=%20b"),
        ("https://a.example//b.example/c", "/b.example/c"),
        ("https://a.example/\\b.example", "/%5Cb.example"),
        ("https://[", "/"),
        ("javascript:alert(1)", "/alert%281%29"),
    ],
)
def test_the_way_back_leads_to_no_other_site(referrer: str, way: str) -> None:
    assert _find_way_back(referrer) == way


def test_there_is_no_page_for_another_reason() -> None:
    assert fetch("/en/away/whatever").status_code == 404
