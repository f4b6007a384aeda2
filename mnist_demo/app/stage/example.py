"""The example that draws itself on a stage where nothing has been drawn yet."""

from typing import Any

from mnist_demo.app.components.modules import make_component
from mnist_demo.handwriting.canvas_strokes import from_path

_draw = make_component("stage/example.js", html="<canvas></canvas><p></p>")


def show_example(objects: list[dict[str, Any]]) -> None:
    """Draw ``objects``, as the canvas stores them, above the canvas, which stays empty."""
    strokes = [from_path(drawn) for drawn in objects if "path" in drawn]
    data = {
        "strokes": [{"points": one.flatten().tolist(), "brush": one.brush} for one in strokes],
        "picture": next((drawn["src"] for drawn in objects if "src" in drawn), ""),
    }
    _draw(data=data, key="example")
