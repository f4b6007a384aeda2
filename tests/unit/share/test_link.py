"""Links: what is packed comes back, and nothing else is believed."""

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest

from mnist_demo.errors import LinkError
from mnist_demo.handwriting.canvas_strokes import BrushStroke
from mnist_demo.share.link import LONGEST, MOST_BYTES, NONSENSE, Link, decode_link, encode_link

CONTENT = {
    "format": 1,
    "names": ["keras-cnn", "keras-cnn-plain", "0123456789abcdef"],
    "hidden": [],
    "strokes": [[20.0, 1, [100, 100, 5, 5]]],
}


def make_strokes(count: int = 3, points: int = 60) -> tuple[Any, ...]:
    walks = np.random.default_rng(5).normal(0, 4, (count, points, 2)).cumsum(axis=1) + 160
    return tuple(
        BrushStroke(walk.astype(np.float32), 4 + 3.5 * i, i % 2 == 0)
        for i, walk in enumerate(walks)
    )


def make_link(**changes: Any) -> Link:
    return Link("keras-cnn", "keras-cnn-plain", "0123456789abcdef", **changes)


def encode(content: bytes | dict[str, Any] | list[int] | None) -> str:
    """A link that was made by hand."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(zlib.compress(raw)).decode().rstrip("=")


def test_strokes_come_back_within_a_twentieth_of_a_pixel() -> None:
    strokes = make_strokes()
    link = decode_link(encode_link(make_link(strokes=strokes, hidden_layers=("conv_1", "flatten"))))
    assert (link.network, link.version) == ("keras-cnn", "keras-cnn-plain")
    assert (link.weights, link.hidden_layers) == ("0123456789abcdef", ("conv_1", "flatten"))
    assert link.image is None
    for got, expected in zip(link.strokes, strokes, strict=True):
        np.testing.assert_allclose(got.points, expected.points, atol=0.0501)
        assert (got.brush, got.is_smooth) == (expected.brush, expected.is_smooth)


def test_packing_again_changes_nothing() -> None:
    once = encode_link(make_link(strokes=make_strokes()))
    assert encode_link(decode_link(once)) == once


def test_a_drawing_is_a_short_link() -> None:
    assert len(encode_link(make_link(strokes=make_strokes(2, 100)))) < 1_000


def test_an_image_comes_back_within_half_a_step() -> None:
    image = np.random.default_rng(5).random((28, 28, 1), np.float32)
    link = decode_link(encode_link(make_link(image=image)))
    assert link.image is not None
    np.testing.assert_allclose(link.image, image, atol=0.5 / 255 + 1e-6)
    assert (link.image.shape, link.image.dtype, link.strokes) == ((28, 28, 1), np.float32, ())


def test_a_picture_keeps_its_label() -> None:
    image = np.zeros((28, 28, 1), np.float32)
    assert (
        decode_link(encode_link(make_link(image=image, label="T-shirt/top"))).label == "T-shirt/top"
    )
    assert decode_link(encode(CONTENT)).label == ""  # what was made before there were labels


def test_what_is_in_an_address_needs_no_escapes() -> None:
    text = encode_link(make_link(strokes=make_strokes()))
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_drawing_without_end_is_rejected_when_encoded() -> None:
    noise = np.random.default_rng(5).uniform(0, 320, (9_000, 2)).astype(np.float32)
    with pytest.raises(LinkError, match="too many strokes"):
        encode_link(make_link(strokes=(BrushStroke(noise, 20),)))
    with pytest.raises(LinkError, match="too many strokes"):
        encode_link(make_link(strokes=(BrushStroke(np.zeros((1, 2), np.float32), 20),) * 501))


def test_the_example_of_a_good_link_is_one() -> None:
    assert decode_link(encode(CONTENT)).strokes[0].points.tolist() == [[10, 10], [10.5, 10.5]]


def changed(**changes: Any) -> str:
    return encode(CONTENT | changes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "ünsinn",
        "A" * (LONGEST + 1),
        encode(CONTENT)[:-6],
        encode(CONTENT)[:20] + "X" + encode(CONTENT)[21:],
        encode(CONTENT) + "AAAA",
        encode(b"{"),
        encode(b"\xff\xfe"),
        encode(b"[" * 100_000),
        encode(b" " * MOST_BYTES + b"{}"),
        encode(json.dumps(CONTENT).encode() + b" " * 5_000_000),
        encode([1, 2]),
        encode(None),
        changed(format=2),
        changed(names=["keras-cnn", "keras-cnn-plain"]),
        changed(names=["keras-cnn", "![](http://picture)", "0"]),
        changed(names=["keras-cnn", 7, "0"]),
        changed(hidden=["`code`"]),
        changed(hidden=7),
        changed(label=7),
        changed(label="![](http://picture)"),
        changed(strokes=[]),
        changed(strokes=[[20.0, 1, [1, 2]]] * 501),
        changed(strokes=[[20.0, 1, []]]),
        changed(strokes=[[20.0, 1, [1, 2, 3]]]),
        changed(strokes=[[20.0, 1, [1, 2.5]]]),
        changed(strokes=[[20.0, 1, [True, False]]]),
        changed(strokes=[[20.0, 1, [1e400, 0]]]),
        changed(strokes=[[20.0, 1, [10**30, 0]]]),
        changed(strokes=[[20.0, 1, [150_000] * 40]]),
        changed(strokes=[[float("nan"), 1, [1, 2]]]),
        changed(strokes=[[0, 1, [1, 2]]]),
        changed(strokes=[[1_000, 1, [1, 2]]]),
        changed(strokes=[["wide", 1, [1, 2]]]),
        changed(strokes=[[20.0, 1]]),
        changed(strokes={"a": 1}),
        changed(image=[0] * 783),
        changed(image=[0] * 783 + [256]),
        changed(image=[0] * 783 + [-1]),
        changed(image="0" * 784),
    ],
)
def test_nonsense_is_rejected_in_one_sentence(text: str) -> None:
    with pytest.raises(LinkError) as caught:
        decode_link(text)
    assert str(caught.value) == NONSENSE


def test_no_damage_raises_anything_else() -> None:
    rng, letters = np.random.default_rng(6), list("Az09-_=. %\n")
    good = encode_link(make_link(strokes=make_strokes()))
    for _ in range(300):
        text = list(good)
        for place in rng.integers(0, len(text), rng.integers(1, 4)):
            text[place] = rng.choice(letters)
        try:
            link = decode_link("".join(text))
        except LinkError:
            continue
        assert encode_link(link) == good  # nothing was damaged but a letter that counts for nothing
