"""Every way of writing looks like what it claims, by facts about its shape."""

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mnist_demo import handwriting
from mnist_demo.handwriting import NOT_A_DIGIT, VARIANTS
from mnist_demo.handwriting.drawing import Drawing
from mnist_demo.image.normalization import from_canvas

SEEDS = range(24)
MOST = 0.75  # of the drawings of a variant must show what it claims: hands are careless


def draw_many(variant: str) -> list[Drawing]:
    return [handwriting.make_variant(variant, seed) for seed in SEEDS]


def share(variant: str, claim: Callable[..., Any]) -> float:
    return np.mean([claim(drawing) for drawing in draw_many(variant)])


def crosses(one: NDArray[np.float32], other: NDArray[np.float32]) -> bool:
    """Whether two polylines cross each other."""
    a, b = one[:-1, None], one[1:, None]
    c, d = other[None, :-1], other[None, 1:]

    def side(
        p: NDArray[np.float32], q: NDArray[np.float32], r: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        return np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1])
            - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )

    separated = (side(a, b, c) != side(a, b, d)) & (side(c, d, a) != side(c, d, b))
    return bool(separated.any())


def enclosed_areas(drawing: Drawing) -> list[float]:
    """Areas, in thousandths of the drawing's box, that a thin pen's line shuts in."""
    points = np.concatenate(drawing.strokes)
    scale = 64 / np.ptp(points, axis=0).max()
    strokes = [(stroke - points.min(axis=0)) * scale + 4 for stroke in drawing.strokes]
    picture = Image.fromarray(handwriting.render_strokes(strokes, 1.5, 72)[..., 0])
    picture = picture.point(lambda ink: 255 * (ink > 60))
    areas = []
    ImageDraw.floodfill(picture, (0, 0), 128)
    while (empty := np.argwhere(np.asarray(picture) == 0)).size:
        ImageDraw.floodfill(picture, (int(empty[0, 1]), int(empty[0, 0])), 128)
        left = (np.asarray(picture) == 0).sum()
        areas.append((len(empty) - left) / (np.ptp(points, axis=0) * scale).prod())
    return [1000 * area for area in areas if area > 0.004]


def is_mostly_horizontal(stroke: NDArray[np.float32]) -> bool:
    return bool(np.ptp(stroke[:, 0]) > 1.5 * np.ptp(stroke[:, 1]))


def is_closed_ring(stroke: NDArray[np.float32]) -> bool:
    reach = np.ptp(stroke, axis=0).max()
    return np.linalg.norm(stroke[0] - stroke[-1]) < 0.35 * reach


def direction_of_slash(drawing: Drawing) -> float:
    """Sign of x times y of the slash, y down: -1 for /, 1 for a backslash."""
    slash = drawing.strokes[-1]
    return np.sign(np.prod(slash[-1] - slash[0]))


@pytest.mark.parametrize(("variant", "direction"), [("0-slashed", -1), ("0-backslashed", 1)])
def test_slashed_zero_is_a_ring_and_a_slash_across_it(variant: str, direction: int) -> None:
    for drawing in draw_many(variant):
        assert len(drawing.strokes) == 2
        ring, slash = drawing.strokes
        assert is_closed_ring(ring)
        assert np.ptp(slash, axis=0).max() > 0.4 * np.ptp(ring, axis=0).max()
        to_middle = np.linalg.norm(slash - ring.mean(axis=0), axis=1).min()
        assert to_middle < 0.25 * np.ptp(ring, axis=0).max()
    assert share(variant, lambda d: len(enclosed_areas(d)) > 0) > MOST
    assert share(variant, lambda d: direction_of_slash(d) == direction) > MOST


def test_barred_zero_is_a_ring_and_a_level_or_upright_bar_across_it() -> None:
    for drawing in draw_many("0-barred"):
        ring, bar = drawing.strokes
        assert is_closed_ring(ring)
        assert np.linalg.norm(bar - ring.mean(axis=0), axis=1).min() < 0.25 * np.ptp(ring)

    def is_level_or_upright(drawing: Drawing) -> bool:
        width, height = np.ptp(drawing.strokes[1], axis=0)
        return not 0.5 < width / height < 2

    assert share("0-barred", is_level_or_upright) > MOST


def test_plain_zero_is_one_ring() -> None:
    assert all(len(drawing.strokes) == 1 for drawing in draw_many("0-plain"))
    assert share("0-plain", lambda d: is_closed_ring(d.strokes[0])) > MOST


@pytest.mark.parametrize("variant", ["7-crossed", "7-serif-crossed"])
def test_crossed_seven_has_a_bar_across_its_stem(variant: str) -> None:
    assert all(len(drawing.strokes) == 2 for drawing in draw_many(variant))
    assert share(variant, lambda d: is_mostly_horizontal(d.strokes[1])) > MOST
    assert share(variant, lambda d: crosses(*d.strokes)) > MOST


def test_unlifted_seven_is_one_stroke_that_ends_with_its_bar() -> None:
    def ends_to_the_right_of_its_foot(drawing: Drawing) -> bool:
        (stroke,) = drawing.strokes
        foot = stroke[np.argmax(stroke[:, 1])]
        return stroke[-1, 0] > foot[0] and foot[1] - stroke[-1, 1] > 0.2 * np.ptp(stroke[:, 1])

    assert share("7-unlifted", ends_to_the_right_of_its_foot) > MOST


@pytest.mark.parametrize("variant", ["7-plain", "7-serif"])
def test_other_sevens_have_no_bar(variant: str) -> None:
    assert all(len(drawing.strokes) == 1 for drawing in draw_many(variant))


@pytest.mark.parametrize("variant", ["7-serif", "7-serif-crossed"])
def test_serif_of_a_seven_hangs_from_its_left_end(variant: str) -> None:
    def falls_first(drawing: Drawing) -> bool:
        stem = drawing.strokes[0]
        start, corner = stem[0], stem[np.argmin(stem[: len(stem) // 2].sum(axis=1))]
        return start[1] - corner[1] > 0.05 * np.ptp(stem[:, 1])

    assert share(variant, falls_first) > MOST


def test_bar_of_a_one_is_one_nearly_straight_stroke() -> None:
    def is_straight(drawing: Drawing) -> bool:
        (stroke,) = drawing.strokes
        length = np.linalg.norm(np.diff(stroke[::4], axis=0), axis=1).sum()
        return np.linalg.norm(stroke[0] - stroke[-1]) > 0.9 * length

    assert share("1-bar", is_straight) > MOST


@pytest.mark.parametrize("variant", ["1-upstroke", "1-long-upstroke", "1-upstroke-foot"])
def test_upstroke_of_a_one_rises_to_the_right_before_the_stem_falls(variant: str) -> None:
    def rises(drawing: Drawing) -> bool:
        stroke = drawing.strokes[0]
        top = int(np.argmin(stroke[:, 1]))
        height = np.ptp(stroke[:, 1])
        return 0 < top < len(stroke) - 1 and stroke[0, 1] - stroke[top, 1] > 0.08 * height

    assert share(variant, rises) > MOST


def test_foot_of_a_one_lies_at_the_bottom() -> None:
    def has_foot(drawing: Drawing) -> bool:
        points = np.concatenate(drawing.strokes)
        top, height = points[:, 1].min(), np.ptp(points[:, 1])
        low = points[points[:, 1] > top + 0.8 * height]
        return np.ptp(low[:, 0]) > 0.2 * height

    assert share("1-foot", has_foot) > MOST
    assert share("1-upstroke-foot", has_foot) > MOST
    assert share("1-bar", has_foot) < 1 - MOST


def test_closed_four_encloses_an_area_and_open_four_does_not() -> None:
    assert share("4-closed", lambda d: len(enclosed_areas(d)) > 0) > MOST
    assert share("4-open", lambda d: len(enclosed_areas(d)) == 0) > MOST


def test_loop_of_a_two_encloses_an_area() -> None:
    assert share("2-loop", lambda d: len(enclosed_areas(d)) > 0) > 0.6
    assert share("2-plain", lambda d: len(enclosed_areas(d)) == 0) > MOST


def test_five_has_as_many_strokes_as_it_says() -> None:
    assert all(len(drawing.strokes) == 1 for drawing in draw_many("5-one-stroke"))
    assert all(len(drawing.strokes) == 2 for drawing in draw_many("5-two-strokes"))


def test_curled_nine_ends_further_left_than_straight_nine() -> None:
    def leftward(variant: str) -> float:
        ends = [d.strokes[-1][-1, 0] - d.strokes[0][:, 0].min() for d in draw_many(variant)]
        widths = [np.ptp(d.strokes[0][:, 0]) for d in draw_many(variant)]
        return np.median(np.divide(ends, widths))

    assert leftward("9-curled") < leftward("9-straight") - 0.2


@pytest.mark.parametrize("variant", VARIANTS[8])
def test_eight_encloses_two_areas_or_one_where_it_is_open(variant: str) -> None:
    least = 1 if variant in ("8-open", "8-halves", "8-angular", "8-segments") else 2
    assert share(variant, lambda d: len(enclosed_areas(d)) >= least) > 0.6


@pytest.mark.parametrize("digit", [6, 9])
def test_loop_is_low_in_a_six_and_high_in_a_nine(digit: int) -> None:
    def line_is_longer_there(drawing: Drawing) -> bool:
        points = np.concatenate(drawing.strokes)
        lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
        is_low = points[1:, 1] > (points[:, 1].min() + points[:, 1].max()) / 2
        return (lengths[is_low].sum() > lengths[~is_low].sum()) == (digit == 6)

    for variant in ("6-straight", "6-looped") if digit == 6 else ("9-straight", "9-looped"):
        assert share(variant, line_is_longer_there) > MOST


def ends(drawing: Drawing) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """First and last point of the pen, and the box's corner and sides."""
    points = np.concatenate(drawing.strokes)
    corner, sides = points.min(axis=0), np.ptp(points, axis=0)
    return (points[0] - corner) / sides, (points[-1] - corner) / sides


@pytest.mark.parametrize("variant", ["4-bolt", "4-hook"])
def test_four_in_one_stroke_never_crosses_itself_and_ends_at_its_foot(variant: str) -> None:
    assert all(len(drawing.strokes) == 1 for drawing in draw_many(variant))
    assert share(variant, lambda d: not enclosed_areas(d)) > MOST
    assert share(variant, lambda d: ends(d)[1][1] > 0.9) > MOST
    assert share(variant, lambda d: ends(d)[0][1] < 0.2) > MOST


def test_nine_like_a_g_has_its_loop_on_top_and_ends_on_the_left() -> None:
    assert share("9-like-g", lambda d: ends(d)[0][1] < 0.5) > MOST

    def reaches_left_below_its_loop(drawing: Drawing) -> bool:
        stroke = np.concatenate(drawing.strokes)
        low = stroke[:, 1] > stroke[:, 1].min() + 0.6 * np.ptp(stroke[:, 1])
        return stroke[low, 0].min() < stroke[:, 0].min() + 0.2 * np.ptp(stroke[:, 0])

    assert share("9-like-g", reaches_left_below_its_loop) > MOST


def test_flat_foot_of_a_nine_lies_at_the_bottom() -> None:
    def has_foot(drawing: Drawing) -> bool:
        points = np.concatenate(drawing.strokes)
        low = points[points[:, 1] > points[:, 1].min() + 0.85 * np.ptp(points[:, 1])]
        return np.ptp(low[:, 0]) > 0.4 * np.ptp(points[:, 0])

    assert share("9-flat-foot", has_foot) > MOST
    assert share("9-straight", has_foot) < 1 - MOST


def test_closed_flag_of_a_one_encloses_an_area() -> None:
    assert share("1-closed-flag", lambda d: len(enclosed_areas(d)) > 0) > MOST
    assert share("1-upstroke", lambda d: len(enclosed_areas(d)) == 0) > MOST


def test_low_bar_of_a_seven_lies_below_its_middle() -> None:
    def is_low(drawing: Drawing) -> bool:
        points, (_, bar) = np.concatenate(drawing.strokes), drawing.strokes
        return bar[:, 1].mean() > points[:, 1].min() + 0.6 * np.ptp(points[:, 1])

    assert share("7-low-bar", is_low) > MOST
    assert share("7-crossed", is_low) < 0.5


def test_open_six_is_not_closed_and_a_two_like_a_gamma_is_at_its_foot() -> None:
    assert share("6-open", lambda d: not enclosed_areas(d)) > MOST
    assert share("2-gamma", lambda d: len(enclosed_areas(d)) > 0) > 0.6


def test_far_bar_of_a_five_touches_nothing() -> None:
    def is_apart(drawing: Drawing) -> bool:
        body, bar = drawing.strokes
        return not crosses(body, bar) and np.linalg.norm(body[0] - bar, axis=1).min() > 0

    assert all(len(drawing.strokes) == 2 for drawing in draw_many("5-far-bar"))
    assert share("5-far-bar", is_apart) > MOST


def test_same_seed_gives_the_same_drawings() -> None:
    for make in (handwriting.make_digits, handwriting.make_non_digits):
        one, again, other = make(20, seed=5), make(20, seed=5), make(20, seed=6)
        assert all(same_drawing(a, b) for a, b in zip(one, again, strict=True))
        assert not any(same_drawing(a, b) for a, b in zip(one, other, strict=True))


def same_drawing(one: Drawing, other: Drawing) -> bool:
    a, b = dataclasses.astuple(one), dataclasses.astuple(other)
    return (
        a[1:] == b[1:]
        and len(a[0]) == len(b[0])
        and all(np.array_equal(x, y) for x, y in zip(a[0], b[0], strict=True))
    )


@pytest.mark.parametrize("size", [112, 280, 400])
def test_no_drawing_leaves_its_canvas(size: int) -> None:
    drawings = handwriting.make_digits(60, 1, size=size)
    drawings += handwriting.make_non_digits(60, 2, size=size)
    for drawing in drawings:
        points = np.concatenate(drawing.strokes)
        assert points.min() >= drawing.brush / 2
        assert points.max() <= size - drawing.brush / 2
        ink = handwriting.render(drawing)[..., 0]
        edge = np.concatenate([ink[0], ink[-1], ink[:, 0], ink[:, -1]])
        assert not edge.any()


def test_size_of_drawing_and_brush_is_within_what_is_promised() -> None:
    drawings = handwriting.make_digits(200, 3)
    sides = np.array([np.ptp(np.concatenate(d.strokes), axis=0).max() for d in drawings]) / 280
    brushes = np.array([drawing.brush for drawing in drawings])
    assert 0.449 < sides.min() < 0.5 < 0.8 < sides.max() < 0.851
    assert 10 <= brushes.min() < 12 < 24 < brushes.max() <= 26


def test_all_variants_occur_with_the_label_they_name() -> None:
    drawings = handwriting.make_digits(1500, seed=4)
    assert {d.variant for d in drawings} == {name for names in VARIANTS.values() for name in names}
    assert all(d.variant in VARIANTS[d.label] for d in drawings)


def test_labels_are_obeyed() -> None:
    labels = [3, 1, 4, 1, 5]
    assert [d.label for d in handwriting.make_digits(5, 0, labels)] == labels
    with pytest.raises(ValueError, match="5 drawings need 5 labels"):
        handwriting.make_digits(5, 0, [1])


def test_non_digits_are_labelled_as_such_and_all_kinds_occur() -> None:
    drawings = handwriting.make_non_digits(2500, seed=4)
    assert {drawing.label for drawing in drawings} == {NOT_A_DIGIT}
    assert {drawing.variant for drawing in drawings} == set(handwriting.NON_DIGIT_VARIANTS)


def test_unknown_variant_is_rejected_by_name() -> None:
    with pytest.raises(ValueError, match="7-upside-down"):
        handwriting.make_variant("7-upside-down", 0)


def test_rendering_is_white_ink_on_black_background() -> None:
    drawing = handwriting.make_variant("7-crossed", 1)
    rgba = handwriting.render(drawing)
    assert rgba.shape == (280, 280, 4)
    assert rgba.dtype == np.uint8
    assert (rgba[..., 3] == 255).all()
    assert rgba[0, 0].tolist() == [0, 0, 0, 255]
    for x, y in np.concatenate(drawing.strokes)[::5]:
        assert rgba[int(y), int(x)].tolist() == [255, 255, 255, 255]


def test_stroke_is_as_wide_as_the_brush_and_ends_round() -> None:
    stroke = np.array([[80, 140], [200, 140]], np.float32)
    ink = handwriting.render_strokes([stroke], 20.0)[..., 0] / 255
    assert ink[:, 140].sum() == pytest.approx(20, abs=1.5)
    assert ink[140].sum() == pytest.approx(140, abs=2)
    assert ink.sum() == pytest.approx(120 * 20 + np.pi * 10**2, rel=0.06)


def test_every_drawing_becomes_a_digit_image() -> None:
    for drawing in handwriting.make_digits(10, 1) + handwriting.make_non_digits(20, 1):
        image = from_canvas(handwriting.render(drawing))
        assert image.shape == (28, 28, 1)
        assert image.max() > 0.5


def test_each_stroke_is_found_where_it_is_rendered() -> None:
    strokes = [stroke for digit in handwriting.make_digits(3, 5) for stroke in digit.strokes]
    brushes = [8.0 + number for number in range(len(strokes))]
    found = handwriting.find_strokes(strokes, brushes)
    rendered = handwriting.render_strokes(strokes, brushes)[..., 0] > 0
    assert np.array_equal(found.any(axis=0), rendered)
    for mask, stroke, brush in zip(found, strokes, brushes, strict=True):
        away = np.hypot(*(np.argwhere(mask)[:, None, ::-1] + 0.5 - stroke).transpose(2, 0, 1))
        assert away.min(axis=1).max() < brush
        assert mask[tuple(stroke[0].astype(int)[::-1])]
