"""The sheet to take away: its size, what is on it, and the numbers beside it."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from gettext import NullTranslations
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mnist_demo.data.catalogue import DATASETS
from mnist_demo.figures import poster as posters
from mnist_demo.figures.poster import Poster, compose, describe_poster, draw_poster
from mnist_demo.handwriting import render
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.image.normalization import normalize
from mnist_demo.reading.reader import Reader
from mnist_demo.share.activations import to_npz

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def poster(reader: Reader, drawings: list[Drawing]) -> Poster:
    steps = normalize(render(drawings[0]))
    reading = reader.read(steps.image)
    names = DATASETS["mnist"].classes
    return Poster("keras-cnn, shipped", names, steps.image, steps, reading, reader.layers)


@pytest.fixture(scope="module")
def png(poster: Poster) -> Image.Image:
    return Image.open(io.BytesIO(draw_poster(poster, "png")))


@pytest.fixture(scope="module")
def svg(poster: Poster) -> Any:
    return ET.fromstring(draw_poster(poster, "svg"))


def test_the_png_is_large_and_says_what_it_is(png: Image.Image, poster: Poster) -> None:
    assert png.width == 2400
    assert png.height > 1500
    assert png.info["Title"] == poster.title
    assert png.info["Description"] == describe_poster(poster)


def test_nothing_reaches_the_edge(png: Image.Image) -> None:
    ink = np.asarray(png.convert("L")) < 250
    assert ink.any()
    for edge in (ink[:40], ink[-40:], ink[:, :40], ink[:, -40:]):
        assert not edge.any()


def test_the_drawing_is_on_it(png: Image.Image, poster: Poster) -> None:
    """The network's image, taken out of the sheet again, is the network's image."""
    grey = np.asarray(png.convert("L"), np.float32) / 255
    place = find_place(poster, "What the network gets")
    top = png.height - place.y1
    box = (place.x0, top, place.x1, top + place.height)
    small = Image.fromarray(grey).resize((28, 28), Image.Resampling.NEAREST, box)
    np.testing.assert_allclose(np.asarray(small), poster.image[..., 0], atol=0.02)


def find_place(poster: Poster, title: str) -> Any:
    """Where the picture of this title lies, in pixels from the lower left corner."""
    figure = compose(poster)
    figure.set_dpi(200)
    figure.draw_without_rendering()
    (axes,) = [one for one in figure.axes if one.get_title("left").startswith(title)]
    return axes.get_window_extent()


def test_layers_stand_in_their_order_in_rows_of_three(poster: Poster) -> None:
    places = [find_place(poster, f"{layer.name}, ") for layer in poster.layers]
    for index, place in enumerate(places):
        if index % 3:
            before = places[index - 1]
            assert place.x0 > before.x1
            assert abs(place.y1 - before.y1) < 20
        elif index:
            assert place.y1 < places[index - 3].y0


def test_the_svg_holds_every_picture(svg: Any, poster: Poster) -> None:
    maps = [a for a in poster.reading.activations.values() if len(a) != 10 or a.ndim == 3]
    steps = 4
    assert len(list(svg.iter(f"{SVG}image"))) == steps + len(maps)
    assert float(svg.get("width").removesuffix("pt")) == 12 * 72


def test_fewer_layers_make_a_lower_sheet(poster: Poster, png: Image.Image) -> None:
    fewer = replace(poster, layers=poster.layers[:2], steps=None)
    assert Image.open(io.BytesIO(draw_poster(fewer, "png"))).height < png.height
    none = replace(poster, layers=())
    assert Image.open(io.BytesIO(draw_poster(none, "png"))).width == 2400


def test_long_names_stay_on_the_sheet(poster: Poster) -> None:
    fashion = replace(
        poster, class_names=DATASETS["fashion-mnist"].classes, layers=poster.layers[-1:]
    )
    sheet = Image.open(io.BytesIO(draw_poster(fashion, "png"))).convert("L")
    assert (np.asarray(sheet)[:, :90] > 250).all()


def test_a_rejection_is_the_title(poster: Poster) -> None:
    rejected = replace(poster, reading=replace(poster.reading, rejection_threshold=1e9))
    assert rejected.title == "“This is not a digit I know.”"


def test_the_description_has_the_answer_and_all_probabilities(poster: Poster) -> None:
    text = describe_poster(poster)
    assert f"Read as {poster.reading.digit}" in text
    for name, probability in zip(poster.class_names, poster.reading.probabilities, strict=True):
        assert f"{name} {probability:.1%}" in text
    assert all(layer.name in text for layer in poster.layers)


class Chinese(NullTranslations):
    """Messages with Chinese letters after them."""

    def gettext(self, message: str) -> str:
        return f"{message} 中文"


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogues = {"en": NullTranslations(), "zh": Chinese()}
    monkeypatch.setattr(posters, "language", lambda: "zh")
    monkeypatch.setattr(posters, "read_catalogue", catalogues.__getitem__)


@pytest.mark.usefixtures("chinese")
@pytest.mark.skipif(len(posters.find_fonts()) == 1, reason="no font here has Chinese letters")
@pytest.mark.parametrize("form", ["png", "svg"])
def test_the_words_are_in_the_readers_language(poster: Poster, form: Any) -> None:
    assert posters.choose_language() == "zh"
    translated = replace(poster, language="zh")
    assert translated.title.endswith(" sure 中文")
    assert draw_poster(translated, form)  # a letter that is in no font would be a warning


@pytest.mark.usefixtures("chinese")
def test_words_whose_letters_no_font_has_stay_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posters, "find_fonts", lambda: {"DejaVu Sans": set(range(256))})
    assert posters.choose_language() == "en"


def test_the_numbers_are_the_readers(poster: Poster, reader: Reader) -> None:
    names: dict[str, str | tuple[str, ...]] = {
        "class_names": poster.class_names,
        "network": "keras-cnn",
    }
    content = to_npz(poster.reading.activations, poster.image, names)
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        expected = reader.read(file["about/image"]).activations
        assert file["about/layers"].tolist() == [layer.name for layer in reader.layers]
        for name in file["about/layers"]:
            np.testing.assert_array_equal(file[name], expected[name])
        assert tuple(file["about/class_names"]) == poster.class_names
        assert str(file["about/network"]) == "keras-cnn"
        np.testing.assert_array_equal(file["about/image"], poster.image)


def test_any_layer_name_fits() -> None:
    layer = np.ones(3, np.float32)
    with np.load(io.BytesIO(to_npz({"file": layer, "image": 2 * layer}, layer, {}))) as file:
        assert file["file"].tolist() == [1, 1, 1]
        assert file["image"].tolist() == [2, 2, 2]
