"""Pictures show every number they are given, each once, in its place and colour."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnist_demo.data.dataset import Dataset
from mnist_demo.figures.pixels import (
    Picture,
    Scaling,
    choose_grid,
    draw_activation,
    draw_image,
    draw_montage,
    draw_signed,
    draw_strip,
    palette_css,
)
from mnist_demo.reading.reader import Reader

RNG = np.random.default_rng(7)
TOLERANCE = 1.5 / 254  # half a colour, and one more where two of the palette are alike


def random_maps(channels: int, height: int = 5, width: int = 7) -> NDArray[np.float32]:
    return RNG.normal(size=(height, width, channels)).astype(np.float32)


def decode(png: bytes, palette: str = "viridis") -> NDArray[np.float64]:
    """What the colours of ``png`` stand for, as shares of the range, NaN where transparent."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(int)
    colours = np.rint(mpl.colormaps[palette](np.linspace(0, 1, 255))[:, :3] * 255).astype(int)
    distances = np.abs(pixels[:, :, None, :3] - colours).sum(axis=-1)
    opaque = pixels[..., 3] == 255
    assert (distances.min(axis=-1)[opaque] == 0).all(), "a colour that is not in the palette"
    assert (pixels[..., 3][~opaque] == 0).all()
    return np.where(opaque, distances.argmin(axis=-1) / 254, np.nan)


def cells_of(picture: Picture) -> list[NDArray[np.float64]]:
    """The picture cut into its cells, after a check that all between them is transparent."""
    shares = decode(picture.png)
    assert shares.shape == (picture.height, picture.width)
    cells, seen = [], np.zeros(shares.shape, bool)
    for row in range(picture.rows):
        for column in range(picture.columns):
            top, left = row * (picture.cell_height + 1), column * (picture.cell_width + 1)
            place = np.s_[top : top + picture.cell_height, left : left + picture.cell_width]
            cells.append(shares[place])
            seen[place] = True
    assert np.isnan(shares[~seen]).all()
    return cells


def spread(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    return (values - low) / (high - low)


@pytest.mark.parametrize("channels", [1, 2, 6, 7, 20, 32, 64, 100])
def test_montage_shows_each_channel_once_on_the_scale_of_the_layer(channels: int) -> None:
    maps = random_maps(channels)
    picture = draw_montage(maps, "layer")
    cells = cells_of(picture)
    assert (picture.low, picture.high) == (maps.min(), maps.max())
    for channel in range(channels):
        expected = spread(maps[..., channel], maps.min(), maps.max())
        np.testing.assert_allclose(cells[channel], expected, atol=TOLERANCE)
    assert all(np.isnan(cell).all() for cell in cells[channels:])


@pytest.mark.parametrize("channels", [1, 6, 20, 64])
def test_montage_shows_each_channel_once_on_a_scale_of_its_own(channels: int) -> None:
    maps = random_maps(channels) * np.geomspace(0.01, 100, channels, dtype=np.float32)
    cells = cells_of(draw_montage(maps, "map"))
    for channel in range(channels):
        values = maps[..., channel]
        expected = spread(values, values.min(), values.max())
        np.testing.assert_allclose(cells[channel], expected, atol=TOLERANCE)
        assert {cells[channel].min(), cells[channel].max()} == {0, 1}


@pytest.mark.parametrize("scaling", ["map", "layer"])
@pytest.mark.parametrize("value", [0.0, -3.5, 1e30])
def test_constant_layer_is_one_colour(scaling: Scaling, value: float) -> None:
    picture = draw_montage(np.full((4, 4, 6), value, np.float32), scaling)
    assert picture.low == picture.high == np.float32(value)
    for cell in cells_of(picture)[:6]:
        assert len(np.unique(cell)) == 1
        assert not np.isnan(cell).any()


def test_constant_map_among_others_has_its_place_on_the_scale_of_the_layer() -> None:
    maps = random_maps(6)
    maps[..., 2] = maps.max()
    assert (cells_of(draw_montage(maps, "layer"))[2] == 1).all()
    assert len(np.unique(cells_of(draw_montage(maps, "map"))[2])) == 1


@pytest.mark.parametrize("units", [1, 10, 64, 65, 100, 576])
def test_strip_shows_each_unit_once(units: int) -> None:
    values = RNG.normal(size=units).astype(np.float32)
    cells = np.array(cells_of(draw_strip(values)))[:, 0, 0]
    np.testing.assert_allclose(
        cells[:units],
        spread(values, values.min(), values.max()) if units > 1 else [0],
        atol=TOLERANCE,
    )
    assert np.isnan(cells[units:]).all()


def test_strip_of_equal_units_is_one_colour() -> None:
    cells = np.array(cells_of(draw_strip(np.zeros(64, np.float32))))
    assert len(np.unique(cells)) == 1


def test_every_layer_of_a_reading_can_be_drawn(reader: Reader, tiny_dataset: Dataset) -> None:
    reading = reader.read(tiny_dataset.test_images[0])
    for layer in reader.layers:
        values = reading.activations[layer.name]
        picture = draw_activation(values)
        shown = [cell for cell in cells_of(picture) if not np.isnan(cell).any()]
        assert len(shown) == layer.shape[-1]
        assert sum(cell.size for cell in shown) == values.size


@pytest.mark.parametrize("count", range(1, 130))
def test_grid_holds_all_cells_and_no_empty_row(count: int) -> None:
    columns, rows = choose_grid(count)
    assert columns * (rows - 1) < count <= columns * rows
    assert rows <= columns


def test_image_is_spread_over_its_own_range() -> None:
    values = RNG.normal(size=(9, 4)).astype(np.float32)
    shares = decode(draw_image(values, "magma"), "magma")
    np.testing.assert_allclose(shares, spread(values, values.min(), values.max()), atol=TOLERANCE)


def test_signed_picture_has_zero_in_the_middle() -> None:
    values = np.array([[-2, 0, 1, 4]], np.float32)
    shares = decode(draw_signed(values), "PuOr")
    np.testing.assert_allclose(shares, [[0.25, 0.5, 0.625, 1]], atol=TOLERANCE)
    np.testing.assert_allclose(decode(draw_signed(np.zeros((2, 2), np.float32)), "PuOr"), 0.5)


def test_gradient_shows_the_palette_from_first_to_last() -> None:
    stops = palette_css("viridis", 5).split(", ")
    colormap = mpl.colormaps["viridis"]
    expected = [colormap(share)[:3] for share in np.linspace(0, 1, 5)]
    shown = [[int(stop[i : i + 2], 16) / 255 for i in (1, 3, 5)] for stop in stops]
    np.testing.assert_allclose(shown, expected, atol=0.02)
