from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mnist_demo.errors import BlankDrawingError
from mnist_demo.handwriting import make_variant, render, render_strokes
from mnist_demo.image.normalization import find_centre_of_mass, find_ink, from_canvas, normalize_ink
from mnist_demo.reading.reader import Reader
from mnist_demo.stress import doctor
from mnist_demo.stress.doctor import Diagnosis


@pytest.fixture(scope="module")
def seven() -> NDArray[np.uint8]:
    return render(make_variant("7-crossed", seed=5))


def draw(*points: Any, brush: int = 20, size: int = 280) -> NDArray[np.uint8]:
    return render_strokes((np.array(points, np.float32),), brush, size)


def ink_of(*points: Any, **settings: Any) -> NDArray[np.float32]:
    return find_ink(draw(*points, **settings))


def changing(diagnosis: Diagnosis, version: str) -> set[str]:
    """Names of the treatments that change the answer of a version."""
    findings = (one for one in diagnosis.findings if diagnosis.differs(one, version))
    return {finding.treatment.name for finding in findings}


def treat(rgba: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    return {treatment.name: treatment.image for treatment in doctor.treat_drawing(rgba)}


def test_every_treatment_is_an_image_for_the_network(seven: NDArray[np.uint8]) -> None:
    treatments = treat(seven)
    assert len(treatments) == 20
    for image in treatments.values():
        assert image.shape == (28, 28, 1)
        assert image.dtype == np.float32
        assert image.min() >= 0
        assert 0.5 < image.max() <= 1


def test_the_first_treatment_is_what_the_page_does(seven: NDArray[np.uint8]) -> None:
    first = doctor.treat_drawing(seven)[0]
    np.testing.assert_array_equal(first.image, from_canvas(seven))


def test_hardly_two_treatments_of_a_digit_are_the_same(seven: NDArray[np.uint8]) -> None:
    images = {image.tobytes() for image in treat(seven).values()}
    assert len(images) >= 19


def test_making_smaller_keeps_place_and_size() -> None:
    image = doctor.make_smaller(ink_of((20, 20), (20, 100)))
    rows, columns = np.nonzero(image[..., 0] > 0.5)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (1, 10, 1, 2)


def test_centring_moves_the_mass_to_the_middle_and_keeps_the_size() -> None:
    ink = ink_of((20, 20), (20, 100), (60, 100))
    centred = doctor.centre(ink)
    assert centred.shape == ink.shape
    assert find_centre_of_mass(centred) == pytest.approx((139.5, 139.5), abs=0.6)
    assert centred.sum() == pytest.approx(ink.sum(), rel=0.01)


def test_centring_enlarges_the_canvas_rather_than_lose_ink() -> None:
    bars = [[(100, y), (180, y)] for y in range(200, 271, 10)]
    strokes = tuple(np.array(bar, np.float32) for bar in [[(140, 10), (140, 270)], *bars])
    heavy_below = find_ink(render_strokes(strokes, 16))
    centred = doctor.centre(heavy_below)
    assert centred.shape[0] > 280
    assert centred.shape[0] == centred.shape[1]
    assert centred.sum() == pytest.approx(heavy_below.sum(), rel=0.01)


def test_fitting_alone_puts_the_box_in_the_middle() -> None:
    image = treat(draw((30, 40), (30, 240), (90, 240)))["Only fitted"]
    rows, columns = np.nonzero(image[..., 0] > 0.25)
    assert (rows.min(), rows.max()) == (4, 23)
    assert columns.min() + columns.max() == pytest.approx(27, abs=1)


def test_a_thicker_pen_has_more_ink_and_a_thinner_one_less() -> None:
    bar = draw((140, 40), (140, 240))
    ink = find_ink(bar)
    mass = normalize_ink(ink).image.sum()
    assert doctor.thicken_pen(ink).sum() > 1.15 * mass
    thinned = doctor.thin_pen(ink)
    assert thinned is not None
    assert thinned.sum() < 0.85 * mass


def test_a_pen_that_is_too_thin_is_not_thinned() -> None:
    assert doctor.thin_pen(ink_of((140, 20), (140, 260), brush=2)) is None
    assert "Thinner pen" not in treat(draw((140, 20), (140, 260), brush=2))


def test_a_turn_to_the_right_is_clockwise() -> None:
    turned = treat(draw((140, 40), (140, 240)))["Turned right by 15°"][..., 0]
    top, bottom = turned[:10], turned[18:]
    assert find_centre_of_mass(top)[0] > find_centre_of_mass(bottom)[0] + 2


def test_a_diagnosis_tells_which_treatments_change_which_answer(seven: NDArray[np.uint8]) -> None:
    def by_column(images: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """A classifier that answers with the left quarter's ink: 1 where there is any."""
        logits = np.zeros((len(images), 10), np.float32)
        logits[:, 1] = 4 * (images[:, :, :7].max(axis=(1, 2, 3)) > 0) - 2
        exponentials = np.exp(logits)
        return logits, exponentials / exponentials.sum(axis=1, keepdims=True)

    def always_three(
        images: NDArray[np.float32],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        return (np.tile(np.eye(10, dtype=np.float32)[3], (len(images), 1)),) * 2

    versions = {"a": by_column, "b": always_three}
    diagnosis = doctor.diagnose(
        doctor.treat_drawing(seven),
        {
            name: SimpleNamespace(classify=f, rejection_threshold=None)
            for name, f in versions.items()
        },
    )
    assert diagnosis.given["b"].digit == 3
    assert changing(diagnosis, "b") == set()
    for finding in diagnosis.findings:
        has_ink = finding.treatment.image[:, :7].max() > 0
        answer = finding.answers["a"]
        assert (answer.digit == 1) == has_ink
        differs = answer.digit != diagnosis.given["a"].digit
        assert (finding.treatment.name in changing(diagnosis, "a")) == differs
        assert finding.answers["b"].probabilities.max() == 1.0


def test_a_rejection_is_an_answer_of_its_own(seven: NDArray[np.uint8]) -> None:
    def say_less_when_moved(
        images: NDArray[np.float32],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Logits that fall with each pixel that the ink's left end is away from the original's."""
        left = [int(np.flatnonzero(image.max(axis=(0, 2)))[0]) for image in images]
        logits = np.zeros((len(images), 10), np.float32)
        logits[:, 7] = 10 - 4 * np.abs(np.subtract(left, left[0]))
        return logits, np.full_like(logits, 0.1)

    classifier = SimpleNamespace(classify=say_less_when_moved, rejection_threshold=7.0)
    diagnosis = doctor.diagnose(doctor.treat_drawing(seven), {"a": classifier})
    assert diagnosis.given["a"].outcome == 0
    changed = changing(diagnosis, "a")
    assert {"Moved left by 1 px", "Moved right by 2 px"} <= changed
    assert not {"Moved up by 1 px", "Moved down by 2 px"} & changed
    for finding in diagnosis.findings:
        assert (finding.answers["a"].outcome is None) == (finding.treatment.name in changed)


def test_a_blank_drawing_is_told() -> None:
    with pytest.raises(BlankDrawingError):
        doctor.treat_drawing(np.zeros((280, 280, 4), np.uint8))


def test_the_shipped_readers_can_be_asked(seven: NDArray[np.uint8], reader: Reader) -> None:
    diagnosis = doctor.diagnose(doctor.treat_drawing(seven), {"plain": reader})
    expected = reader.read(from_canvas(seven))
    answer = diagnosis.given["plain"]
    assert (answer.digit, answer.is_rejected) == (expected.digit, expected.is_rejected)
    assert answer.probabilities == pytest.approx(expected.probabilities, abs=1e-5)


def test_a_picture_of_a_data_set_is_changed_where_it_stands(seven: NDArray[np.uint8]) -> None:
    image = from_canvas(seven)
    treatments = {one.name: one.image for one in doctor.treat_image(image)}
    assert len(treatments) == 17
    np.testing.assert_array_equal(treatments["As it is"], image)
    np.testing.assert_array_equal(treatments["Moved down by 2 px"][2:], image[:-2])
    assert treatments["Thinner strokes"].sum() < image.sum() < treatments["Thicker strokes"].sum()


def test_cures_are_the_first_change_of_each_kind_that_makes_it_right(
    seven: NDArray[np.uint8],
) -> None:
    treatments = doctor.treat_image(from_canvas(seven))
    names = [treatment.name for treatment in treatments]

    def answer(**digits: int) -> SimpleNamespace:
        """Answers 9 but for the treatments of these names."""
        answers = [digits.get(name.replace(" ", "_"), 9) for name in names]
        logits = np.eye(10, dtype=np.float32)[answers]
        return SimpleNamespace(classify=lambda _: (logits, logits), rejection_threshold=None)

    def find_cures(meant: int, **versions: SimpleNamespace) -> list[tuple[str, str]]:
        cures = doctor.diagnose(treatments, versions).find_cures("mine", meant)
        return [(finding.treatment.name, version) for finding, version in cures]

    mine = answer(Thinner_strokes=7, Moved_up_by_2_px=7, Moved_down_by_2_px=7)
    other, third = answer(Thicker_strokes=7), answer(As_it_is=7)
    assert find_cures(7, mine=mine, other=other, third=third) == [
        ("Thinner strokes", "mine"), ("Moved up by 2 px", "mine"), ("As it is", "third")
    ]  # fmt: skip
    assert find_cures(7, mine=answer(), other=other) == []
    assert find_cures(3, mine=mine, third=third) == []
