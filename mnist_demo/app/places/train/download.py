"""A version as a ZIP file that a browser fetches: weights, card and course of the training."""

import io
import zipfile
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_demo.app.runtime.own import find_version
from mnist_demo.app.runtime.routing import ROOT
from mnist_demo.versions.card import Version


def address_download(version: Version) -> str:
    """Where the file of ``version`` is, relative to the page."""
    return f"versions/{quote(version.key)}.zip"


def _serve(request: Request) -> Response:
    try:
        version, _ = find_version(request.path_params["key"])
    except KeyError:
        return Response("There is no such version.", 404)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:  # the weights are compressed already
        for path in sorted(version.folder.iterdir()):
            archive.write(path, f"{version.name}/{path.name}")
    headers = {"Content-Disposition": f'attachment; filename="{version.name}.zip"'}
    return Response(content.getvalue(), headers=headers, media_type="application/zip")


ROUTE = Route(ROOT + "versions/{key}.zip", _serve)
