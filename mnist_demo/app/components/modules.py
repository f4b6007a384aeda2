"""ES modules of the app, which import each other: served by a route of the app's own.

The JavaScript of a component is a string to Streamlit, and has no address to import from.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_demo.app.components.catalogues import write_catalogues
from mnist_demo.app.components.checks import Check
from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.app.session import report_of
from mnist_demo.language import language, list_languages

CATALOGUES = "components/catalogues.js"
BASE = "components/base.css"
APP = Path(__file__).parent.parent
FOR_EVER = "public, max-age=31536000, immutable"  # what the address names never changes
MODULES = {path.relative_to(APP).as_posix(): path.read_bytes() for path in APP.rglob("*.js")}
MODULES[CATALOGUES] = write_catalogues(b"".join(MODULES.values()).decode(), list_languages())
NONE: Mapping[str, Check] = {}
DIGEST = hashlib.sha256(b"".join(MODULES[name] for name in sorted(MODULES))).hexdigest()[:16]

# A string of one line would be taken for a path.
LOADER = """
const load = module => import(new URL("modules/{digest}/" + module, document.baseURI))
const loading = Promise.all([load("components/language.js"), load("{module}")])
export default async component => {{
  const [{{ speak }}, module] = await loading
  const [language, data] = component.data
  speak(language)
  return module.default({{ ...component, data }})
}}
"""


def make_component(
    module: str, html: str = "<span hidden></span>", sheets: Sequence[str] = ()
) -> Callable[..., Any]:
    """Component whose JavaScript is the default export of ``module``, a path below this app.

    Its style sheet, where it has one, lies beside that and has the same name; ``sheets`` are those
    of others whose parts it uses, and `BASE` is below all. What it reports is none of it unless it
    passes one of the ``checks`` that it is shown with, by the report's name.
    """
    own = (APP / module).with_suffix(".css")
    used = [APP / BASE, *(APP / sheet for sheet in sheets), own] if own.exists() else []
    css = "\n".join(path.read_text(encoding="utf-8") for path in used)
    script = LOADER.format(digest=DIGEST, module=module)
    component = st.components.v2.component(own.stem, html=html, css=css, js=script)

    def show(
        key: str, data: object = None, checks: Mapping[str, Check] = NONE, **options: Any
    ) -> dict[str, Any]:
        for name, check in checks.items():
            action = options.get(f"on_{name}_change", _do_nothing)
            options[f"on_{name}_change"] = partial(_act_if, check, key, name, action)
        state = component(  # of a dict as data, Streamlit would ask each value
            key=key, data=[language(), data], **options
        )
        return {name: state[name] for name, check in checks.items() if check(state.get(name))}

    return show


def _act_if(check: Check, key: str, name: str, action: Callable[[], object]) -> None:
    if check(report_of(key).get().get(name)):
        action()


def _do_nothing() -> None:
    """What a report does that is looked at in the run after it."""


def _serve(request: Request) -> Response:
    module = MODULES.get(request.path_params["module"])
    if module is None or request.path_params["digest"] != DIGEST:
        return Response("There is no such module.", 404)
    return Response(module, headers={"Cache-Control": FOR_EVER}, media_type="text/javascript")


ROUTE = Route(ROOT + "modules/{digest}/{module:path}", _serve)
