"""What every response forbids a browser to do, and who may frame the app."""

from typing import Any

from mnist_demo.app.runtime.headers import SafetyHeaders
from tests.asynchronous import run


def respond(**arguments: Any) -> dict[str, str]:
    """Headers of an answer that has one of its own."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        start = {"type": "http.response.start", "status": 200, "headers": [(b"own", b"yes")]}
        await send(start)
        await send({"type": "http.response.body", "body": b""})

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    run(SafetyHeaders(answer, **arguments)({"type": "http"}, None, send))  # type: ignore[arg-type]
    return {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}


def test_every_response_says_what_a_browser_must_not_do() -> None:
    headers = respond()
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == "'self'"
    assert policy["default-src"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "'unsafe-" not in policy["script-src"]
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["own"] == "yes"


def test_an_owners_site_may_frame_the_app() -> None:
    sites = ("https://school.example", "http://localhost:8000")
    policy = respond(sites=sites)["content-security-policy"]
    assert policy.endswith("frame-ancestors 'self' https://school.example http://localhost:8000")
