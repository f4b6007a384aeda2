"""The explorer on the draw page: off it costs nothing, on it gets every number; its weights."""

import json
import struct

import numpy as np
import pytest
from starlette.requests import Request
from starlette.routing import Match

from mnist_demo.handwriting import render
from mnist_demo.images import from_canvas
from mnist_demo.pages import explorer
from mnist_demo.store import open_store


@pytest.fixture
def drawing(drawings):
    return render(drawings[0])


def read_header(packed):
    (length,) = struct.unpack("<I", packed[:4])
    return json.loads(packed[4 : 4 + length]), np.frombuffer(packed[4 + length :], "<f4")


def ask(path):
    """What the server answers to the browser's question for this path."""
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    matches = [(route, *route.matches(scope)) for route in explorer.ROUTES]
    ((route, found),) = [(one, found) for one, match, found in matches if match is Match.FULL]
    return route.endpoint(Request(scope | found))


def test_explorer_is_off_until_it_is_asked_for(visitor, drawing, monkeypatch):
    monkeypatch.setattr(explorer, "pack", lambda *_: pytest.fail("packed for nobody"))
    visitor.draw(drawing)
    assert visitor.page.toggle(key="open-pixels").value is False
    assert visitor._components("explorer") == []


def test_explorer_gets_the_image_and_what_every_layer_gave(visitor, drawing, reader):
    visitor.page.toggle(key="open-pixels").set_value(True)
    assert visitor.look()._components("explorer") == []  # nothing is drawn
    visitor.draw(drawing)
    (component,) = visitor._components("explorer")
    address = json.loads(component.proto.json)
    header, numbers = read_header(ask(f"/{address}").body)
    image = from_canvas(drawing)
    activations = reader.read(image).activations
    expected = np.concatenate([image.ravel(), *(values.ravel() for values in activations.values())])
    np.testing.assert_allclose(numbers, expected, atol=1e-6)
    assert header["classes"] == list("0123456789")
    assert header["network"] == f"weights/{open_store().default('keras-cnn').key}"
    assert (header["drawing"]["width"], header["drawing"]["height"]) == (140, 140)


@pytest.mark.parametrize("base", ["/", "/some/where/"])
def test_weights_are_served_once_for_ever(reader, base):
    response = ask(f"{base}weights/{open_store().default('keras-cnn').key}")
    assert "immutable" in response.headers["Cache-Control"]
    header, numbers = read_header(response.body)
    assert [layer["name"] for layer in header["layers"]][1:] == [one.name for one in reader.layers]
    expected = np.concatenate([weights.ravel() for weights in reader.model.get_weights()])
    np.testing.assert_array_equal(numbers, expected)


@pytest.mark.parametrize("kind", ["weights", "readings"])
@pytest.mark.parametrize("key", ["keras-cnn-robust-0", "..", "%2e%2e"])
def test_what_is_not_there_is_not_found(kind, key):
    assert ask(f"/{kind}/{key}").status_code == 404
