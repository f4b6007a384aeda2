"""What every response tells a browser that it must not do with it.

Streamlit's scripts are its own, but components come as blobs, and styles and pictures are written
into the page. Graphviz is WebAssembly; Vega interprets its expressions, so no script compiles text.
"""

import base64
import hashlib
import re
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.file_util import get_static_dir

POLICY = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "connect-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
}


class SafetyHeaders:
    """The app behind it, with a content policy, and framed by nobody but itself and ``sites``."""

    def __init__(self, app: ASGIApp, sites: tuple[str, ...] = ()) -> None:
        self.app = app
        scripts = " ".join([POLICY["script-src"], *_hash_scripts()])
        policy = POLICY | {"script-src": scripts, "frame-ancestors": " ".join(["'self'", *sites])}
        self.headers = {
            "Content-Security-Policy": "; ".join(f"{name} {rule}" for name, rule in policy.items()),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # a drawing is in the page's address
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _hash_scripts() -> list[str]:
    """Names, in a policy, of the scripts that stand in Streamlit's own page."""
    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    digests = (
        hashlib.sha256(text.encode())
        for text in re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    )
    return [f"'sha256-{base64.b64encode(one.digest()).decode()}'" for one in digests]
