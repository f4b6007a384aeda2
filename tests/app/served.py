"""What a browser fetches from the app's own routes, without a server."""

import inspect
import json
import struct
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.routing import Match

from mnist_demo.app.components import modules
from mnist_demo.app.components.live import files
from mnist_demo.app.components.opened import units
from mnist_demo.app.places.train import download
from mnist_demo.app.places.watch import files as watch_files
from mnist_demo.app.runtime import readers
from tests.asynchronous import run


def fetch(path: str) -> Any:
    """The answer to a browser's question for this path; None where no route has it."""
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": []}
    routes = [
        readers.READINESS,
        modules.ROUTE,
        download.ROUTE,
        *files.ROUTES,
        *units.ROUTES,
        *watch_files.ROUTES,
    ]
    matches = [(route, *route.matches(scope)) for route in routes]
    found = [(route, {**scope, **found}) for route, match, found in matches if match is Match.FULL]
    answer = found[0][0].endpoint(Request(found[0][1])) if found else None
    return run(answer) if inspect.iscoroutine(answer) else answer


def unpack(packed: Any) -> Any:
    """Header and arrays, as the browser finds them in what `packing.pack` made."""
    (length,) = struct.unpack("<I", packed[:4])
    header, offset, arrays = json.loads(packed[4 : 4 + length]), 4 + length, {}
    for name, shape, size in header["arrays"]:
        values = np.frombuffer(packed, f"<f{size}", int(np.prod(shape)), offset)
        arrays[name] = values.reshape(shape)
        offset += -(-values.nbytes // 4) * 4
    assert offset == len(packed)
    return header, arrays
