"""Strokes that a browser sends by themselves, and is told what TensorFlow makes of the drawing.

A run of the script would take two to three times as long, for the visitor and for the server. It
comes to one where more of the page is to change than the answer: then a browser is told to let
Streamlit have the drawing.
"""

import json
import time
from dataclasses import dataclass

import anyio.to_thread
import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_demo.app.components.live.files import NOT_KEPT, send_packed
from mnist_demo.app.runtime.held import find_held
from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.handwriting.canvas_strokes import BrushStroke

LARGEST_BYTES = 2**20
AT_ONCE = anyio.CapacityLimiter(1)  # Python computes one at a time anyway: first come, first served


@dataclass(frozen=True, eq=False)
class Strokes:
    """Strokes that were drawn at this moment of the canvas, and how it looks with them, a PNG."""

    moment: list[int]
    strokes: list[BrushStroke]
    png: bytes


def read_strokes(body: bytes) -> Strokes:
    """What strokes.js sends: a line of JSON, then the PNG. ValueError for anything else."""
    line, _, png = body.partition(b"\n")
    try:
        told = json.loads(line)
        return Strokes(told["moment"], [_read_stroke(**one) for one in told["strokes"]], png)
    except (KeyError, TypeError, RecursionError, OverflowError) as error:
        raise ValueError("no strokes") from error


def _read_stroke(points: list[list[float]], brush: float) -> BrushStroke:
    with np.errstate(over="ignore"):  # what is too large is infinite, and no canvas takes it
        stroke = BrushStroke(np.array(points, np.float32), float(brush), is_smooth=True)
    if stroke.points.ndim != 2 or stroke.points.shape[1] != 2:
        raise ValueError("no points")
    return stroke


async def _answer(request: Request) -> Response:
    """What has changed with the strokes, in the header ``told`` of the reading, which is packed.

    204 where a run of the script is to take them.
    """
    arrival_s = time.perf_counter()
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BYTES:
            return Response("So much is not drawn between two answers.", 413)
    try:
        strokes = read_strokes(bytes(body))
    except ValueError:
        return Response("These are no strokes.", 400)
    held = find_held(request.path_params["visitor"])
    if held is None or held.answer is None:
        return Response(status_code=204)
    told = await anyio.to_thread.run_sync(held.answer, strokes, arrival_s, limiter=AT_ONCE)
    return Response(status_code=204) if told is None else send_packed(told, NOT_KEPT)


ROUTE = Route(ROOT + "strokes/{visitor}", _answer, methods=["POST"])
