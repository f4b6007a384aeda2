"""The page's address tells what is drawn, read, opened and hidden, a moment after a change."""

from typing import Any

from mnist_demo.app.components.parameters import tell_parameters
from mnist_demo.app.components.picture.picture import describe_opened
from mnist_demo.app.hiding import PARAMETER as HIDE
from mnist_demo.app.hiding import describe_hidden
from mnist_demo.app.stage.canvas import get_canvas
from mnist_demo.app.stage.drawing_link import (
    OPENED,
    PARAMETER,
    encode_drawing,
    remember,
)
from mnist_demo.app.stage.scene import Scene, Source
from mnist_demo.errors import LinkError


def tell_address(scene: Scene, source: Source, place: str) -> dict[str, Any]:
    """What puts the scene into the address of ``place``, its URL path."""
    parameters = {PARAMETER: _encode(scene, source), OPENED: describe_opened()}
    for text in filter(None, parameters.values()):
        remember(text)
    parameters[HIDE] = describe_hidden()
    return tell_parameters(place, parameters)


def _encode(scene: Scene, source: Source) -> str:
    """The scene for the address; nothing where there is none of one's own, or none that fits."""
    if scene.image is None or source.version is None or get_canvas().shows_example:
        return ""
    try:
        return encode_drawing(scene.drawing, scene.image, source.version)
    except LinkError:
        return ""
