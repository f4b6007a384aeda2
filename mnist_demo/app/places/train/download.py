"""A version as a ZIP file that a browser fetches: weights, card and course of the training."""

import io
import zipfile
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mnist_demo.versions.card import Version
from mnist_demo.versions.store import open_store


def address_download(version: Version) -> str:
    """Where the file of ``version`` is, relative to the page."""
    return f"versions/{quote(version.name)}.zip"


def _serve(request: Request) -> Response:
    store, name = open_store(), request.path_params["name"]
    versions = [*store.versions(), *store.candidates()]
    folder = next((version.folder for version in versions if version.name == name), None)
    if folder is None:
        return Response("There is no such version.", 404)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:  # the weights are compressed already
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{name}/{path.name}")
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(content.getvalue(), headers=headers, media_type="application/zip")


ROUTE = Route("/{base:path}versions/{name}.zip", _serve)
