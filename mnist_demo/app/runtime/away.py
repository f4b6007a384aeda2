"""The page for who has been idle or finds the server full: a sentence, and the way back."""

from typing import Literal, TypeAlias
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.app.templates import render
from mnist_demo.language import N_, find_language, language, speaking

Reason: TypeAlias = Literal["full", "idle"]
SENTENCES = {  # by the reason, with what the way back is called
    "full": (
        N_("As many people are drawing here as this server has room for. Try again in a minute."),
        N_("Try again"),
    ),
    "idle": (
        N_("Nothing was done on this page for a while, so the server has let it go."),
        N_("Go on with your drawing"),
    ),
}


def address_away(reason: Reason, accepted: str) -> str:
    """Where the page is, relative to the app, in the first of a browser's accepted languages."""
    return f"{find_language(accepted.partition(',')[0])}/away/{reason}"


def _serve(request: Request) -> Response:
    """The page, in the language and for the reason that its address ends with."""
    sentence, action = SENTENCES.get(request.path_params["reason"], ("", ""))
    if not sentence:
        return Response("There is no such page.", 404)
    with speaking(find_language(request.path_params["language"])):
        back = _find_way_back(request.headers.get("Referer", ""))
        page = render("away", language=language(), sentence=sentence, action=action, back=back)
    return HTMLResponse(page, headers={"Cache-Control": "private, no-store"})


def _find_way_back(referrer: str) -> str:
    """Path and query of the page that a browser comes from, with the drawing; never another site.

    Two slashes, or a slash and a backslash, would begin the name of one.
    """
    try:
        address = urlsplit(referrer)
    except ValueError:
        return "/"
    path = "/" + quote(address.path.lstrip("/"), safe="/%")
    return f"{path}?{address.query}" if address.query else path


ROUTE = Route(ROOT + "{language}/away/{reason}", _serve)
