"""What a browser fetches: a network, a reading, and the modules that show them."""

import base64
import threading

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.runtime import caching

from mnist_demo.app.components import modules
from mnist_demo.app.runtime import readers
from mnist_demo.app.runtime.held import READINGS_KEPT
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import Reader
from mnist_demo.versions.store import open_store
from tests.app.conftest import Visitor
from tests.app.served import fetch, unpack
from tests.signatures import WaitUntil


def test_a_reading_is_the_image_and_what_every_layer_gave(
    visitor: Visitor, drawing: NDArray[np.uint8], reader: Reader
) -> None:
    visitor.draw(drawing)
    response = fetch(f"/{visitor.told['reading']['address']}")
    assert response.headers["Cache-Control"] == "private, no-store"  # a drawing is its owner's
    header, arrays = unpack(response.body)
    image = from_canvas(drawing)
    expected = {"image": image, **reader.read(image).activations}
    assert list(arrays) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(arrays[name], values, atol=1e-6)
    assert base64.b64decode(header["png"]).startswith(b"\x89PNG")


def test_a_visitor_s_last_readings_are_kept(visitor: Visitor, drawing: NDArray[np.uint8]) -> None:
    addresses = []
    for shift in range(READINGS_KEPT + 1):
        visitor.draw(np.roll(drawing, 2 * shift, axis=1))
        addresses.append(visitor.told["reading"]["address"])
    statuses = [fetch(f"/{address}").status_code for address in addresses]
    assert statuses == [404] + [200] * READINGS_KEPT


def test_a_visitor_who_comes_back_finds_his_reading_again(
    visitor: Visitor, drawing: NDArray[np.uint8]
) -> None:
    visitor.draw(drawing)
    address = f"/{visitor.told['reading']['address']}"
    caching.clear_session_resource_cache("test session id")  # as when his connection is cut
    assert fetch(address).status_code == 404
    visitor.look()
    assert fetch(address).status_code == 200


@pytest.mark.parametrize("base", ["/", "/some/where/"])
def test_weights_are_served_once_for_ever(reader: Reader, base: str) -> None:
    response = fetch(f"{base}en/networks/{open_store().default('keras-cnn').key}")
    assert "immutable" in response.headers["Cache-Control"]
    header, arrays = unpack(response.body)
    assert [layer["name"] for layer in header["layers"]][1:] == [one.name for one in reader.layers]
    for found, expected in zip(arrays.values(), reader.model.get_weights(), strict=True):
        assert found.dtype == np.float16  # of numbers that ship none is lost
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("kind", ["networks", "readings", "modules/0123456789abcdef", "modules"])
@pytest.mark.parametrize("key", ["keras-cnn-robust-0", "..", "%2e%2e", "stage/canvas.py"])
def test_what_is_not_there_is_not_found(kind: str, key: str) -> None:
    answer = fetch(f"/{kind}/{key}")
    assert answer is None or answer.status_code == 404


@pytest.mark.parametrize("base", ["/", "/some/where/"])
def test_modules_are_served_for_ever_under_the_name_of_what_is_in_them(base: str) -> None:
    response = fetch(f"{base}modules/{modules.DIGEST}/components/engine/network.js")
    assert response.media_type == "text/javascript"
    assert "immutable" in response.headers["Cache-Control"]
    assert b"export function readNetwork" in response.body
    assert fetch(f"{base}modules/{modules.DIGEST}/stage/canvas.py").status_code == 404


@pytest.mark.parametrize("path", ["/health/ready", "/some/where/health/ready"])
def test_the_server_is_ready_once_a_network_is_loaded(
    slow_loading: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    wait_until: WaitUntil,
    path: str,
) -> None:
    monkeypatch.setattr(readers, "_is_ready", threading.Event())
    readers.preload()
    assert fetch(path).status_code == 503
    slow_loading.set()
    wait_until(lambda: fetch(path).status_code == 200)
