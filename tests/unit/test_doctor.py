from types import SimpleNamespace

import numpy as np
import pytest

from mnist_demo import doctor
from mnist_demo.datasets import CLASS_NAMES, DIGITS
from mnist_demo.errors import BlankDrawingError
from mnist_demo.handwriting import make_variant, render, render_strokes
from mnist_demo.images import find_centre_of_mass, find_ink, from_canvas


@pytest.fixture(scope="module")
def seven():
    return render(make_variant("7-crossed", seed=5))


def draw(*points, brush=20, size=280):
    return render_strokes((np.array(points, np.float32),), brush, size)


def ink_of(*points, **settings):
    return find_ink(draw(*points, **settings))


def treat(rgba):
    return {treatment.name: treatment.image for treatment in doctor.list_treatments(rgba)}


def test_every_treatment_is_an_image_for_the_network(seven):
    treatments = treat(seven)
    assert len(treatments) == 20
    for image in treatments.values():
        assert image.shape == (28, 28, 1)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert 0.5 < image.max() <= 1


def test_the_first_treatment_is_what_the_page_does(seven):
    first = doctor.list_treatments(seven)[0]
    np.testing.assert_array_equal(first.image, from_canvas(seven))


def test_hardly_two_treatments_of_a_digit_are_the_same(seven):
    images = {image.tobytes() for image in treat(seven).values()}
    assert len(images) >= 19


def test_making_smaller_keeps_place_and_size():
    image = doctor.resize_raw(ink_of((20, 20), (20, 100)))
    rows, columns = np.nonzero(image[..., 0] > 0.5)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (1, 10, 1, 2)


def test_centring_moves_the_mass_to_the_middle_and_keeps_the_size():
    ink = ink_of((20, 20), (20, 100), (60, 100))
    centred = doctor.centre(ink)
    assert centred.shape == ink.shape
    assert find_centre_of_mass(centred) == pytest.approx((139.5, 139.5), abs=0.6)
    assert centred.sum() == pytest.approx(ink.sum(), rel=0.01)


def test_centring_enlarges_the_canvas_rather_than_lose_ink():
    bars = [[(100, y), (180, y)] for y in range(200, 271, 10)]
    strokes = tuple(np.array(bar, np.float32) for bar in [[(140, 10), (140, 270)], *bars])
    heavy_below = find_ink(render_strokes(strokes, 16))
    centred = doctor.centre(heavy_below)
    assert centred.shape[0] > 280
    assert centred.shape[0] == centred.shape[1]
    assert centred.sum() == pytest.approx(heavy_below.sum(), rel=0.01)


def test_fitting_alone_puts_the_box_in_the_middle():
    image = doctor.fit_only(ink_of((30, 40), (30, 240), (90, 240)))
    rows, columns = np.nonzero(image[..., 0] > 0.25)
    assert (rows.min(), rows.max()) == (4, 23)
    assert columns.min() + columns.max() == pytest.approx(27, abs=1)


def test_a_thicker_pen_has_more_ink_and_a_thinner_one_less():
    bar = draw((140, 40), (140, 240))
    ink = find_ink(bar)
    mass = doctor.normalize_ink(ink).sum()
    assert doctor.thicken(ink).sum() > 1.15 * mass
    assert doctor.thin(ink).sum() < 0.85 * mass


def test_a_pen_that_is_too_thin_is_not_thinned():
    assert doctor.thin(ink_of((140, 20), (140, 260), brush=2)) is None
    assert "Thinner pen" not in treat(draw((140, 20), (140, 260), brush=2))


def test_turning_is_clockwise_for_positive_angles():
    bar = ink_of((140, 40), (140, 240))
    turned = doctor.turn(bar, 15)[..., 0]
    top, bottom = turned[:10], turned[18:]
    assert find_centre_of_mass(top)[0] > find_centre_of_mass(bottom)[0] + 2
    np.testing.assert_allclose(doctor.turn(bar, 0), doctor.normalize_ink(bar), atol=1e-6)


def test_shifting_moves_whole_pixels_and_fills_with_ground():
    image = np.zeros((28, 28, 1), np.float32)
    image[5, 6] = 1
    image[0, 27] = 0.5
    moved = doctor.shift(image, 2, -1)
    assert np.argwhere(moved).tolist() == [[4, 8, 0]]
    assert doctor.shift(image, -1, 2)[7, 5] == 1
    assert doctor.shift(image, -1, 2)[2, 26] == 0.5


def test_a_diagnosis_tells_which_treatments_change_which_answer(seven):
    def by_column(images):
        """A classifier that answers with the left quarter's ink: 1 where there is any."""
        logits = np.zeros((len(images), 10), np.float32)
        logits[:, 1] = 4 * (images[:, :, :7].max(axis=(1, 2, 3)) > 0) - 2
        exponentials = np.exp(logits)
        return logits, exponentials / exponentials.sum(axis=1, keepdims=True)

    def always_three(images):
        return (np.tile(np.eye(10, dtype=np.float32)[3], (len(images), 1)),) * 2

    versions = {"a": by_column, "b": always_three}
    diagnosis = doctor.diagnose(
        seven,
        {name: SimpleNamespace(classify=f, refusal_threshold=None) for name, f in versions.items()},
        DIGITS,
    )
    assert diagnosis.given["b"].digit == 3
    assert diagnosis.changing("b") == ()
    for finding in diagnosis.findings:
        has_ink = finding.treatment.image[:, :7].max() > 0
        answer = finding.answers["a"]
        assert (answer.digit == 1) == has_ink
        differs = answer.digit != diagnosis.given["a"].digit
        assert (finding.treatment.name in diagnosis.changing("a")) == differs
        assert finding.answers["b"].probability == 1.0


def test_a_refusal_is_an_answer_of_its_own(seven):
    def say_less_when_moved(images):
        """Logits that fall with each pixel that the ink's left end is away from the original's."""
        left = [int(np.flatnonzero(image.max(axis=(0, 2)))[0]) for image in images]
        logits = np.zeros((len(images), 10), np.float32)
        logits[:, 7] = 10 - 4 * np.abs(np.subtract(left, left[0]))
        return logits, np.full_like(logits, 0.1)

    classifier = SimpleNamespace(classify=say_less_when_moved, refusal_threshold=7.0)
    diagnosis = doctor.diagnose(seven, {"a": classifier}, DIGITS)
    assert diagnosis.given["a"].name == "0"
    changing = diagnosis.changing("a")
    assert {"Moved left by 1 px", "Moved right by 2 px"} <= set(changing)
    assert not {"Moved up by 1 px", "Moved down by 2 px"} & set(changing)
    for finding in diagnosis.findings:
        assert (finding.answers["a"].name == "?") == (finding.treatment.name in changing)


@pytest.mark.parametrize(("threshold", "name"), [(None, "Pullover"), (9.0, "?")])
def test_answers_are_called_by_their_names(seven, threshold, name):
    logits = np.eye(10, dtype=np.float32)[2]
    pullovers = SimpleNamespace(
        classify=lambda images: (np.tile(logits, (len(images), 1)),) * 2,
        refusal_threshold=threshold,
    )
    diagnosis = doctor.diagnose(seven, {"a": pullovers}, CLASS_NAMES["fashion-mnist"])
    assert diagnosis.given["a"].name == name
    assert diagnosis.given["a"].class_name == "Pullover"


def test_a_blank_drawing_is_told():
    with pytest.raises(BlankDrawingError):
        doctor.diagnose(np.zeros((280, 280, 4), np.uint8), {}, DIGITS)


def test_the_shipped_readers_can_be_asked(seven, reader):
    diagnosis = doctor.diagnose(seven, {"plain": reader}, DIGITS)
    expected = reader.read(from_canvas(seven))
    answer = diagnosis.given["plain"]
    assert (answer.digit, answer.is_refused) == (expected.digit, expected.is_refused)
    assert answer.probability == pytest.approx(expected.probabilities.max(), abs=1e-5)
