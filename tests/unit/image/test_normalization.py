"""A drawing becomes the digit image that MNIST's makers would have stored."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from mnist_demo.errors import BlankDrawingError
from mnist_demo.handwriting import render, render_strokes
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.image.normalization import check_images, find_centre_of_mass, from_canvas, normalize

SEVEN = ([[90, 90], [200, 90], [130, 220]],)
ALMOST = 0.2  # of full ink: what resampling and the softness of an edge may change


def as_canvas(
    gray: NDArray[Any], colour: tuple[int, int, int] = (255, 255, 255)
) -> NDArray[np.uint8]:
    """Canvas (height, width, 4) with ink of ``gray`` (height, width) in [0, 1] on black."""
    rgb = gray[..., np.newaxis] * np.array(colour, float)
    return np.dstack([rgb, np.full(gray.shape, 255)]).round().astype(np.uint8)


def dot(x: float, y: float) -> list[Any]:
    return [[x, y], [x, y]]


def draw(
    strokes: list[Any] | tuple[list[list[int]]] = SEVEN, brush: float = 20, size: int = 280
) -> NDArray[np.uint8]:
    return render_strokes([np.array(stroke, float) for stroke in strokes], brush, size)


def enlarge(
    image: NDArray[np.float32], factor: int, size: int, left: int, top: int
) -> NDArray[np.uint8]:
    """``image`` (28, 28), ``factor`` times as large, somewhere on a canvas."""
    large = Image.fromarray(image).resize((28 * factor,) * 2, Image.Resampling.BICUBIC)
    gray = np.zeros((size, size), np.float32)
    gray[top : top + 28 * factor, left : left + 28 * factor] = np.clip(np.asarray(large), 0, 1)
    return as_canvas(gray)


def neighbourhood(image: NDArray[np.float32], filter_type: type) -> NDArray[np.float64]:
    """Lowest or highest value within a pixel of each pixel of ``image`` (28, 28)."""
    return (
        np.asarray(Image.fromarray(np.round(image * 255).astype(np.uint8)).filter(filter_type(3)))
        / 255
    )


def assert_within_a_pixel(image: NDArray[np.float32], original: NDArray[np.float32]) -> None:
    """Every pixel of ``image`` has a value that ``original`` has within a pixel of the place."""
    assert (image >= neighbourhood(original, ImageFilter.MinFilter) - ALMOST).all()
    assert (image <= neighbourhood(original, ImageFilter.MaxFilter) + ALMOST).all()


def ink_box(image: NDArray[np.float32]) -> NDArray[np.int64]:
    rows, columns = np.nonzero(image >= 0.25)
    return np.array([columns.min(), rows.min(), columns.max(), rows.max()])


@pytest.mark.parametrize(
    ("factor", "size", "left", "top"),
    [(8, 320, 0, 0), (8, 320, 96, 50), (10, 400, 120, 120), (9, 300, 7, 33)],
)
def test_mnist_digit_comes_back_within_a_pixel(
    mnist_digits: NDArray[np.float32], factor: int, size: int, left: int, top: int
) -> None:
    for original in mnist_digits:
        image = from_canvas(enlarge(original, factor, size, left, top))[..., 0]
        assert_within_a_pixel(image, original)
        assert np.abs(ink_box(image) - ink_box(original)).max() <= 1
        assert find_centre_of_mass(image) == pytest.approx(find_centre_of_mass(original), abs=1)


def test_drawn_digit_comes_back_within_a_pixel(drawings: list[Drawing]) -> None:
    for drawing in drawings[:60]:
        original = from_canvas(render(drawing))[..., 0]
        image = from_canvas(enlarge(original, 8, 320, 60, 20))[..., 0]
        assert_within_a_pixel(image, original)
        assert np.abs(ink_box(image) - ink_box(original)).max() <= 1


def test_longer_side_has_20_pixels_and_the_mass_is_in_the_middle(drawings: list[Drawing]) -> None:
    for drawing in drawings:
        image = from_canvas(render(drawing))
        assert image.shape == (28, 28, 1)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert image.max() == 1
        left, top, right, bottom = ink_box(image[..., 0])
        assert 18 <= max(right - left, bottom - top) + 1 <= 20
        rows, columns = np.nonzero(image[..., 0])
        assert max(np.ptp(rows), np.ptp(columns)) + 1 <= 20
        touches_edge = {0, 27} & {rows.min(), rows.max(), columns.min(), columns.max()}
        if not touches_edge:
            centre = np.average([rows, columns], axis=1, weights=image[rows, columns, 0])
            assert np.abs(centre - 14).max() <= 0.51


@pytest.mark.parametrize("move", [(-60, -60), (60, 40), (0, 47), (-13, 5)])
def test_place_on_the_canvas_changes_nothing(move: tuple[int, int]) -> None:
    moved = [[(x + move[0], y + move[1]) for x, y in stroke] for stroke in SEVEN]
    np.testing.assert_array_equal(from_canvas(draw(moved)), from_canvas(draw()))


@pytest.mark.parametrize("scale", [0.25, 0.5, 1.5, 4])
def test_size_of_drawing_changes_almost_nothing(scale: float) -> None:
    scaled = [[(x * scale, y * scale) for x, y in stroke] for stroke in SEVEN]
    size = max(280, round(280 * scale))
    assert_within_a_pixel(
        from_canvas(draw(scaled, 20 * scale, size))[..., 0], from_canvas(draw())[..., 0]
    )


def test_thicker_strokes_give_more_ink_in_the_same_frame() -> None:
    amounts = []
    for brush in (8, 16, 24, 32, 40):
        image = from_canvas(draw(brush=brush))[..., 0]
        left, top, right, bottom = ink_box(image)
        assert max(right - left, bottom - top) + 1 >= 19
        amounts.append(image.sum())
    assert amounts == sorted(amounts)
    assert amounts[-1] > 1.5 * amounts[0]


def test_proportions_are_kept() -> None:
    image = from_canvas(draw([[[60, 60], [60, 220]], [[60, 220], [140, 220]]]))[..., 0]
    left, top, right, bottom = ink_box(image)
    assert bottom - top + 1 == 20
    assert right - left + 1 == pytest.approx(20 * (80 + 20) / (160 + 20), abs=1)


@pytest.mark.parametrize("background", [0, 10, 40, 60])
def test_background_may_be_off_black(background: int) -> None:
    canvas = draw()
    canvas[..., :3] = np.maximum(canvas[..., :3], background)
    assert_within_a_pixel(from_canvas(canvas)[..., 0], from_canvas(draw())[..., 0])
    assert from_canvas(canvas)[0, 0, 0] == 0


@pytest.mark.parametrize(
    "colour", [(255, 0, 0), (0, 255, 0), (0, 90, 255), (255, 230, 0), (120, 120, 120)]
)
def test_ink_may_be_coloured(colour: tuple[int, int, int]) -> None:
    canvas = as_canvas(draw()[..., 0] / 255, colour)
    assert np.abs(from_canvas(canvas) - from_canvas(draw())).max() < 0.05


def test_ink_may_be_in_the_alpha_channel_only() -> None:
    canvas = draw()
    canvas[..., 3] = canvas[..., 0]
    canvas[..., :3] = 255
    assert np.abs(from_canvas(canvas) - from_canvas(draw())).max() < 0.01


@pytest.mark.parametrize("value", [0, 12, 60])
@pytest.mark.parametrize("alpha", [0, 255])
def test_blank_canvas_is_our_own_error(value: int, alpha: int) -> None:
    canvas = np.full((280, 280, 4), value, np.uint8)
    canvas[..., 3] = alpha
    with pytest.raises(BlankDrawingError, match="draw a digit"):
        from_canvas(canvas)


def test_one_dot_becomes_a_disc_in_the_middle() -> None:
    image = from_canvas(draw([[[40, 250]]]))[..., 0]
    left, top, right, bottom = ink_box(image)
    assert (right - left + 1, bottom - top + 1) == (20, 20)
    assert find_centre_of_mass(image) == pytest.approx((14, 14), abs=0.51)
    assert image[14, 14] == 1
    assert image[top, left] == 0


def test_one_pixel_is_enough() -> None:
    canvas = np.zeros((280, 280, 4), np.uint8)
    canvas[..., 3] = 255
    canvas[17, 203] = 255
    image = from_canvas(canvas)[..., 0]
    assert image.sum() == 20 * 20


@pytest.mark.parametrize("transposed", [False, True])
def test_line_of_one_pixel_stays_one_line(transposed: bool) -> None:
    canvas = np.zeros((280, 280, 4), np.uint8)
    canvas[..., 3] = 255
    canvas[20:260, 100] = 255
    image = from_canvas(canvas.swapaxes(0, 1) if transposed else canvas)[..., 0]
    image = image.T if transposed else image
    rows, columns = np.nonzero(image)
    assert set(columns) == {14}
    assert len(rows) == 20
    assert (image[rows, columns] == 1).all()


def test_canvas_filled_to_the_edge_is_a_square() -> None:
    image = from_canvas(np.full((280, 280, 4), 255, np.uint8))[..., 0]
    assert image.sum() == 20 * 20
    assert list(ink_box(image)) == [4, 4, 23, 23]


def test_ink_at_the_edges_is_not_cut_off() -> None:
    canvas = draw([[[0, 0], [279, 279]]])
    image = from_canvas(canvas)[..., 0]
    assert list(ink_box(image)[2:] - ink_box(image)[:2]) == [19, 19]


def test_steps_are_those_that_lead_to_the_image() -> None:
    canvas = draw()
    steps = normalize(canvas)
    box, (left, top) = steps.box, steps.offset
    np.testing.assert_array_equal(
        steps.cropped, steps.ink[box.top : box.bottom, box.left : box.right]
    )
    assert steps.ink.shape == canvas.shape[:2]
    assert steps.cropped.shape == (box.height, box.width)
    assert steps.ink.sum() == pytest.approx(steps.cropped.sum(), rel=0.01)
    height, width = steps.fitted.shape
    assert height / width == pytest.approx(box.height / box.width, rel=0.05)
    np.testing.assert_array_equal(
        steps.image[top : top + height, left : left + width, 0], steps.fitted
    )
    assert steps.image.sum() == pytest.approx(steps.fitted.sum())
    rows, columns = np.indices(steps.fitted.shape)
    expected = [np.average(axis, weights=steps.fitted) for axis in (columns, rows)]
    assert steps.centre_of_mass == pytest.approx(expected)


@pytest.mark.parametrize(
    ("drawing", "expected"),
    [
        (np.zeros((280, 280, 3), np.uint8), r"\(height, width, 4\), not \(280, 280, 3\)"),
        (np.zeros((280, 280), np.uint8), r"\(height, width, 4\)"),
        (np.zeros((0, 280, 4), np.uint8), r"\(height, width, 4\)"),
        (np.zeros((280, 280, 4), np.float32), "uint8 array, not float32"),
        ([[0]], "uint8 array, not list"),
        (None, "uint8 array, not NoneType"),
    ],
)
def test_wrong_drawing_is_a_value_error(drawing: Any, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        from_canvas(drawing)


def test_images_in_the_range_pass() -> None:
    check_images(np.zeros((0, 28, 28, 1), np.float32))
    check_images(np.linspace(0, 1, 3 * 784, dtype=np.float32).reshape(3, 28, 28, 1))


@pytest.mark.parametrize("place", [(12, 12), (268, 140), (140, 268), (10, 265)])
@pytest.mark.parametrize("brush", [8, 16])
def test_a_speck_far_from_the_digit_does_not_decide_its_size(
    place: tuple[int, int], brush: int
) -> None:
    small_seven = [[[110, 100], [170, 100], [130, 190]]]
    steps = normalize(draw([*small_seven, dot(*place)], brush))
    np.testing.assert_array_equal(steps.image, from_canvas(draw(small_seven, brush)))
    assert steps.has_specks
    assert not normalize(draw(small_seven, brush)).has_specks


def test_many_specks_are_left_out_one_after_the_other() -> None:
    specks = [dot(x, y) for x, y in ((6, 6), (30, 8), (270, 20), (265, 270), (5, 250))]
    steps = normalize(draw([*SEVEN, *specks], 6))
    np.testing.assert_array_equal(steps.image, from_canvas(draw(SEVEN, 6)))


def test_a_dot_that_belongs_to_the_drawing_decides_its_size() -> None:
    stem = [[140, 110], [140, 240]]
    for brush, y in ((8, 85), (16, 75), (24, 60)):
        steps = normalize(draw([stem, dot(140, y)], brush))
        assert steps.box.top == pytest.approx(y - brush / 2, abs=1)
        assert not steps.has_specks


def test_a_stroke_apart_is_no_speck() -> None:
    body, bar = [[100, 120], [90, 170], [160, 190], [100, 250]], [[190, 40], [240, 38]]
    steps = normalize(draw([body, bar], 10))
    assert steps.box.top < 40
    assert not steps.has_specks


def test_dots_alone_are_not_specks_of_each_other() -> None:
    steps = normalize(draw([dot(30, 30), dot(250, 250), dot(30, 250)], 20))
    assert (steps.box.width, steps.box.height) == (241, 241)


def test_a_digit_made_of_dots_stays_whole() -> None:
    dots = [
        dot(140 + 60 * np.sin(turn), 140 - 90 * np.cos(turn)) for turn in np.arange(0, 6.2, 0.3)
    ]
    steps = normalize(draw(dots, 8))
    assert (steps.box.width, steps.box.height) == pytest.approx((128, 188), abs=3)
    assert not steps.has_specks
