import gzip
import io
import json
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from mnist_demo import evaluation
from mnist_demo.app.runtime.settings import get_settings
from mnist_demo.app.runtime.task import Task
from mnist_demo.data.catalogue import DATASETS, DIGITS
from mnist_demo.data.dataset import Dataset
from mnist_demo.errors import DatasetError, ModelVersionError
from mnist_demo.evaluation import (
    DrawnSamples,
    ImageSamples,
    Outcome,
    Samples,
    keeping,
    load_test_set,
)
from mnist_demo.evaluation import __main__ as program
from mnist_demo.evaluation.__main__ import format_table, main
from mnist_demo.evaluation.contact_sheet import CELL_WIDTH, caption, draw_misreadings
from mnist_demo.evaluation.non_digits import NON_DIGITS, make_non_digits
from mnist_demo.evaluation.numbers import KINDS
from mnist_demo.evaluation.outcome import NO_DIGIT, REJECTED
from mnist_demo.paths import SHIPPED_MODELS
from mnist_demo.reading import rejection
from mnist_demo.reading.reader import load_reader
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store

LINE = {"label": "7", "strokes": [[[0, 0], [900, 0], [300, 1000]], [[200, 500], [800, 500]]]}


def make_outcome(
    labels: list[int] | NDArray[np.int64],
    answers: list[int] | NDArray[np.int64],
    probabilities: list[Any] | NDArray[np.float64],
    scores: list[Any] | NDArray[np.float64] | None = None,
    threshold: float | None = None,
) -> Outcome:
    scores = np.zeros(len(labels)) if scores is None else scores
    return Outcome(
        np.array(labels, np.int64),
        np.array(answers, np.int64),
        np.array(probabilities, np.float32),
        np.array(scores, np.float32),
        threshold,
    )


def make_images(count: int) -> ImageSamples:
    rng = np.random.default_rng(3)
    pixels = rng.random((count, 28, 28, 1), np.float32)
    return ImageSamples(pixels, rng.integers(0, 10, count))


def answer_by_first_pixel(
    images: NDArray[np.float32],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A classifier whose answer is the tenth of the first pixel's brightness."""
    digits = (images[:, 0, 0, 0] * 10).astype(int)
    logits = 5 * np.eye(10, dtype=np.float32)[digits]
    exponentials = np.exp(logits)
    return logits, exponentials / exponentials.sum(axis=1, keepdims=True)


# Measures


def test_the_confusion_matrix_has_a_row_for_each_label() -> None:
    confusion = evaluation.count_confusion(
        np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 0, 2, 3]), (3, 4)
    )
    assert confusion.tolist() == [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 1, 1]]


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Newcombe, "Two-sided confidence intervals for the single proportion", 1998, table I
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0000),
    ],
)
def test_the_interval_is_wilsons(successes: int, trials: int, low: float, high: float) -> None:
    assert evaluation.find_interval(successes, trials) == pytest.approx((low, high), abs=6e-5)


def test_without_trials_anything_is_possible() -> None:
    assert evaluation.find_interval(0, 0) == (0.0, 1.0)


def test_the_calibration_error_of_two_bins_by_hand() -> None:
    probabilities = np.array([0.6, 0.7, 0.9, 0.95])
    is_right = np.array([True, False, True, True])
    reliability = evaluation.measure_reliability(probabilities, is_right, bins=5)
    assert reliability.counts.tolist() == [0, 0, 1, 1, 2]  # 0.6 is the upper edge of its bin
    # (1 |1 - 0.6| + 1 |0 - 0.7| + 2 |1 - 0.925|) / 4
    assert reliability.expected_calibration_error == pytest.approx(0.3125)
    assert reliability.confidence[2:].tolist() == pytest.approx([0.6, 0.7, 0.925])
    assert np.isnan(reliability.accuracy[:2]).all()


def test_the_calibration_error_has_fifteen_bins_and_agrees_with_a_loop() -> None:
    rng = np.random.default_rng(5)
    probabilities = rng.uniform(0.1, 1, 4000)
    is_right = rng.random(4000) < probabilities**2
    error = 0.0
    for k in range(15):
        inside = (probabilities > k / 15) & (probabilities <= (k + 1) / 15)
        if inside.any():
            error += inside.mean() * abs(is_right[inside].mean() - probabilities[inside].mean())
    reliability = evaluation.measure_reliability(probabilities, is_right)
    assert len(reliability.counts) == 15
    assert reliability.expected_calibration_error == pytest.approx(error, abs=1e-12)


def test_probabilities_of_zero_and_one_have_a_bin() -> None:
    reliability = evaluation.measure_reliability(np.array([0.0, 1.0]), np.array([False, True]))
    assert reliability.counts[[0, -1]].tolist() == [1, 1]
    assert reliability.expected_calibration_error == 0


def test_the_rejection_score_is_the_log_of_the_sum_of_exponentials() -> None:
    logits = np.array([[1.0, 2.0, 3.0], [500.0, 500.0, 500.0]], np.float32)
    expected = [np.log(np.exp([1, 2, 3]).sum()), 500 + np.log(3)]
    assert rejection.score(logits) == pytest.approx(expected, rel=1e-6)


def test_a_card_without_a_threshold_never_rejects() -> None:
    assert rejection.find_threshold({"epochs": 5}) is None
    assert rejection.find_threshold({"refusal_threshold": -1}) == -1.0
    with pytest.raises(ModelVersionError, match="not a number"):
        rejection.find_threshold({"refusal_threshold": "much"})


# Outcomes


def test_an_outcome_counts_digits_and_what_is_none_apart() -> None:
    outcome = make_outcome(
        [1, 1, 2, 3, -1, -1],
        [1, 7, 2, 3, 5, 5],
        [0.9, 0.5, 0.8, 0.7, 0.4, 0.9],
        scores=[5, 1, 5, 2, 1, 3],
        threshold=2.5,
    )
    assert (outcome.digits, outcome.right, outcome.accuracy) == (4, 3, 0.75)
    assert outcome.accuracy_interval == evaluation.find_interval(3, 4)
    assert outcome.digits_rejected == 0.5
    assert outcome.non_digits_rejected == 0.5
    assert outcome.confusion.shape == (11, 11)
    assert outcome.confusion[:10].sum() == 4
    assert (outcome.confusion[1, 7], outcome.confusion[1, REJECTED]) == (0, 1)
    assert outcome.reliability.counts.sum() == 4
    assert outcome.select(1, 7).tolist() == []
    assert outcome.select(1, REJECTED).tolist() == [1]
    assert outcome.select(NO_DIGIT, 5).tolist() == [5]
    assert outcome.select(NO_DIGIT, REJECTED).tolist() == [4]


def test_of_one_cell_the_surest_come_first_and_the_most_digit_like_of_those_rejected() -> None:
    numbers = [3, 3, 3], [5, 5, 5], [0.5, 0.9, 0.7]
    outcome = make_outcome(*numbers, scores=[2, 1, 3])
    assert outcome.select(3, 5).tolist() == [1, 2, 0]
    assert outcome.with_threshold(9).select(3, REJECTED).tolist() == [2, 0, 1]


@pytest.mark.parametrize("threshold", [None, 0.0, 1.5, 99.0])
def test_each_sample_is_in_one_cell(threshold: float | None) -> None:
    rng = np.random.default_rng(1)
    labels, answers = rng.integers(-1, 10, 500), rng.integers(0, 10, 500)
    numbers = labels, answers, rng.random(500), rng.normal(1, 1, 500)
    outcome = make_outcome(*numbers, threshold=threshold)
    cells = [outcome.select(row, column) for row in range(11) for column in range(11)]
    assert sorted(np.concatenate(cells)) == list(range(500))
    assert [len(cell) for cell in cells] == outcome.confusion.ravel().tolist()
    for label in range(10):
        assert outcome.confusion[label].sum() == (labels == label).sum()
    assert outcome.confusion[:, REJECTED].sum() == outcome.is_rejected.sum()


def test_without_a_threshold_nothing_is_rejected() -> None:
    outcome = make_outcome([1], [1], [0.9], scores=[-100])
    assert outcome.digits_rejected == 0
    assert np.isnan(outcome.non_digits_rejected)
    assert outcome.with_threshold(0.0).digits_rejected == 1


def test_an_outcome_survives_its_file() -> None:
    outcome = make_outcome([1, -1], [1, 7], [0.912345, 0.5], [3.25, -1.5])
    again = Outcome.from_bytes(outcome.to_bytes())
    for name in ("labels", "answers", "probabilities", "scores"):
        np.testing.assert_array_equal(getattr(again, name), getattr(outcome, name))


@pytest.mark.parametrize(
    "change",
    [
        {"labels": [10, 1]},
        {"answers": [-1, 1]},
        {"answers": [10**400, 1]},
        {"scores": [1]},
        {"probabilities": [[0.5], [0.5]]},
    ],
)
def test_what_is_no_outcome_is_told(change: dict[str, Any]) -> None:
    values = {"labels": [1, -1], "answers": [1, 7], "probabilities": [0.9, 0.5], "scores": [3, -1]}
    with pytest.raises(ValueError, match=r"outcome|lists|classes"):
        Outcome.from_bytes(gzip.compress(json.dumps(values | change).encode()))


@pytest.mark.parametrize("place", [0, 10, 14, 40, -4])
def test_a_damaged_file_is_no_outcome(place: int) -> None:
    content = bytearray(make_outcome([1, -1], [1, 7], [0.9, 0.5], [3.25, -1.5]).to_bytes())
    content[place] ^= 0xFF
    with pytest.raises(ValueError, match="no outcome"):
        Outcome.from_bytes(bytes(content))


def test_evaluating_reads_every_sample_and_reports() -> None:
    samples = make_images(601)
    reports = []
    outcome = evaluation.evaluate(
        answer_by_first_pixel, samples, on_progress=lambda *report: reports.append(report)
    )
    expected = (samples.pixels[:, 0, 0, 0] * 10).astype(int)
    np.testing.assert_array_equal(outcome.answers, expected)
    assert outcome.accuracy == (expected == samples.labels).mean()
    assert outcome.scores == pytest.approx(np.log(np.exp(5) + 9))
    assert reports[0] == (0, 601)
    assert reports[-1] == (601, 601)
    assert len(reports) > 2


# Samples


def test_handwriting_comes_from_a_seed() -> None:
    first, second = (evaluation.make_handwriting(12, 5, seed=4) for _ in range(2))
    assert first.fingerprint == second.fingerprint
    assert first.fingerprint != evaluation.make_handwriting(12, 5, seed=5).fingerprint
    assert (first.labels[12:] == -1).all()
    images = first.images(np.array([0, 16]))
    assert images.shape == (2, 28, 28, 1)
    np.testing.assert_array_equal(images, second.images(np.array([0, 16])))


def parse(*lines: object, are_digits: bool = True) -> DrawnSamples:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return evaluation.parse_pen_file("\n".join(texts).encode(), "mine.jsonl", are_digits)


def test_pen_strokes_become_drawings_that_fit_their_canvas() -> None:
    samples = parse(*[LINE] * 40)
    assert samples.labels.tolist() == [7] * 40
    for drawing in samples.drawings:
        points = np.concatenate(drawing.strokes)
        extent = np.ptp(points, axis=0).max()
        assert 0.45 * 280 - 0.01 <= extent <= 0.85 * 280 + 0.01
        assert 10 <= drawing.brush <= 26
        assert points.min() >= drawing.brush / 2
        assert points.max() <= 280 - drawing.brush / 2
    assert len({drawing.brush for drawing in samples.drawings}) == 40


def test_a_line_gives_the_same_drawing_each_time() -> None:
    assert parse(LINE, LINE).fingerprint == parse(LINE, LINE).fingerprint
    assert parse(LINE, LINE).drawings[0].brush == parse(LINE).drawings[0].brush


def test_labels_may_be_numbers_and_empty_lines_are_skipped() -> None:
    assert parse(LINE | {"label": 3}, "", LINE).labels.tolist() == [3, 7]


def test_letters_need_no_label() -> None:
    assert parse({"strokes": LINE["strokes"]}, are_digits=False).labels.tolist() == [-1]


def test_a_single_dot_is_a_drawing() -> None:
    assert parse(LINE | {"strokes": [[[5, 5]]]}).images(np.array([0])).max() == 1


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{oh", "this is not JSON"),
        ("\u2028", "this is not JSON"),
        ("[" * 100_000, "this is not JSON"),
        ("[1, 2]", "must be an object"),
        ("null", "must be an object"),
        ({"strokes": LINE["strokes"]}, "the label must be a digit"),
        (LINE | {"label": "v"}, "the label must be a digit"),
        (LINE | {"label": 10}, "the label must be a digit"),
        (LINE | {"label": True}, "the label must be a digit"),
        ({"label": "1"}, "there are no strokes"),
        (LINE | {"strokes": []}, "there are no strokes"),
        (LINE | {"strokes": "abc"}, "there are no strokes"),
        (LINE | {"strokes": [[]]}, "list of points"),
        (LINE | {"strokes": [[1, 2]]}, "list of points"),
        (LINE | {"strokes": [[[1, 2], [3]]]}, "list of points"),
        (LINE | {"strokes": [[["1", "2"]]]}, "list of points"),
        (LINE | {"strokes": [[[1, 2, 3]]]}, "list of points"),
        (LINE | {"strokes": [[[10**30, 0]]]}, "must be a number up to"),
        (LINE | {"strokes": [[[10**400, 0]]]}, "must be a number up to"),
        ('{"label": 1, "strokes": [[[NaN, 0]]]}', "must be a number up to"),
        ('{"label": 1, "strokes": [[[1e300, 0]]]}', "must be a number up to"),
        ('{"label": 1, "strokes": [[[-9223372036854775808, 0]]]}', "must be a number up to"),
        (LINE | {"strokes": [[[0, 0]] * 20_001]}, "more than 20,000 points"),
    ],
)
def test_a_broken_line_is_named_in_one_sentence(line: dict[str, Any] | str, sentence: str) -> None:
    with pytest.raises(DatasetError) as caught:
        parse(LINE, line)
    message = str(caught.value)
    assert message.startswith("Line 2 of mine.jsonl: ")
    assert sentence in message
    assert message.endswith(".")
    assert len(message) < 200


def test_bytes_that_are_no_text_are_named() -> None:
    with pytest.raises(DatasetError, match=r"Line 1 of a\.jsonl: this is not JSON"):
        evaluation.parse_pen_file(b"\xff\xfe\x00garbage", "a.jsonl")


def test_empty_missing_and_huge_files_are_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DatasetError, match=r"mine\.jsonl is empty"):
        parse("", "  ")
    with pytest.raises(DatasetError, match=r"nowhere.jsonl cannot be read: No such file"):
        evaluation.load_pen_file(tmp_path / "nowhere.jsonl")
    with pytest.raises(DatasetError, match="cannot be read"):
        evaluation.load_pen_file(tmp_path)
    monkeypatch.setattr("mnist_demo.data.pen_file.MOST_SAMPLES", 3)
    with pytest.raises(DatasetError, match="more than 3 lines"):
        parse(*[LINE] * 4)
    monkeypatch.setattr("mnist_demo.data.pen_file.MOST_BYTES", 20)
    path = tmp_path / "big.jsonl"
    path.write_text(json.dumps(LINE))
    with pytest.raises(DatasetError, match=r"big\.jsonl is larger than"):
        evaluation.load_pen_file(path)
    with pytest.raises(DatasetError, match=r"mine\.jsonl is larger than"):
        parse(LINE)


# Keeping


@pytest.fixture
def version(tmp_path: Path) -> Version:
    card = Card("n", "r", "mnist", 1, {}, 0.1, 0.9, 1.0, "2026", weights_sha256="abc")
    return Version(tmp_path / "shipped" / "n-r", card)


@pytest.fixture
def own_store(tmp_path: Path) -> Store:
    return Store(tmp_path / "shipped", tmp_path / "trained")


def test_an_outcome_is_kept_for_its_weights_and_its_data(
    own_store: Store, version: Version
) -> None:
    outcome = make_outcome([1, 2], [1, 7], [0.5, 0.25])
    assert evaluation.find_kept(own_store, version, "mnist") is None
    evaluation.keep(own_store, version, "mnist", outcome)
    kept = evaluation.find_kept(own_store, version, "mnist")
    assert kept is not None
    assert kept.answers.tolist() == [1, 7]
    assert evaluation.find_kept(own_store, version, "handwriting") is None
    other = Version(version.folder, Card(**(vars(version.card) | {"weights_sha256": "def"})))
    assert evaluation.find_kept(own_store, other, "mnist") is None


def test_a_damaged_outcome_is_as_good_as_none(own_store: Store, version: Version) -> None:
    evaluation.keep(own_store, version, "mnist", make_outcome([1, 2], [1, 7], [0.5, 0.25]))
    (path,) = (own_store.trained_folder / "caches" / "evaluations").iterdir()
    damaged = [gzip.compress(content) for content in (b"[]", b'{"labels": [1]}', b"\xff\xff")]
    for content in (path.read_bytes()[:-20], b"", b"\xff\xff", *damaged):
        path.write_bytes(content)
        assert evaluation.find_kept(own_store, version, "mnist") is None


def test_a_place_that_is_read_only_is_no_trouble(own_store: Store, version: Version) -> None:
    nowhere = Store(own_store.shipped_folder, Path("/proc/nowhere"))
    evaluation.keep(nowhere, version, "mnist", make_outcome([1], [1], [1]))


# Tasks


def test_a_task_ends_with_an_outcome() -> None:
    task = Task(
        "measure",
        lambda report: evaluation.evaluate(answer_by_first_pixel, make_images(600), None, report),
    )
    task.wait(20)
    assert not task.is_running
    assert task.result is not None
    assert (task.fraction, task.left_s) == (1.0, 0.0)


def test_a_task_can_be_stopped() -> None:
    is_waiting, may_go_on = threading.Event(), threading.Event()

    def run(report: Callable[..., Any]) -> None:
        for done in range(1000):
            report(done, 1000)
            is_waiting.set()
            may_go_on.wait(20)
        raise AssertionError

    task = Task("count", run)
    assert is_waiting.wait(20)
    assert task.is_running
    task.stop()
    may_go_on.set()
    task.wait(20)
    assert task.is_stopped
    assert task.result is None


def test_a_task_keeps_its_error() -> None:
    def run(report: Callable[..., Any]) -> None:
        raise DatasetError("There is no data.")

    task = Task("count", run)
    task.wait(20)
    assert isinstance(task.error, DatasetError)
    assert task.left_s is None


# The table


def test_the_table_is_for_people() -> None:
    values = {
        "accuracy": 0.9871,
        "accuracy_interval": [0.984, 0.9896],
        "digits_refused": float("nan"),
        "letters_refused": None,
        "data": "mine.jsonl",
    }
    assert format_table(values).splitlines() == [
        "Accuracy                    98.71%",
        "Accuracy interval           98.40% to 98.96% (95% confidence)",
        "Digits rejected             no data",
        "Letters rejected            not measured",
        "Data                        mine.jsonl",
    ]
    clothing = format_table({"digits": 3, "digits_refused": 0.5}, "Clothing")
    assert clothing.splitlines() == [
        "Clothing                    3",
        "Clothing rejected           50.00%",
    ]


# The program


@pytest.fixture(scope="module")
def pen_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten digits and five letters of our own, written down as a pen file is."""
    folder = tmp_path_factory.mktemp("pen")
    samples = evaluation.make_handwriting(10, 5, seed=8)
    for name, drawings in (
        ("digits", samples.drawings[:10]),
        ("letters", samples.drawings[10:]),
    ):
        lines = [
            {"label": drawing.label, "strokes": [stroke.tolist() for stroke in drawing.strokes]}
            for drawing in drawings
        ]
        (folder / f"{name}.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder


@pytest.fixture
def measure_with_pen(
    pen_files: Path, capsys: pytest.CaptureFixture[str], own_folders: Path
) -> Callable[..., Any]:
    """Function that gives what an option measures with pen digits, and it needs these."""

    def measure(option: str, count: str) -> Any:
        arguments = ["--network", "keras-cnn", "--recipe", "robust", "--json", option, count]
        with pytest.raises(SystemExit):
            main(arguments)
        assert f"{option} needs the digits of --pen" in capsys.readouterr().err
        assert main([*arguments, "--pen", str(pen_files / "digits.jsonl")]) == 0
        return json.loads(capsys.readouterr().out)

    return measure


def test_the_program_reads_numbers(measure_with_pen: Callable[..., Any]) -> None:
    values = measure_with_pen("--numbers", "4")
    fractions = [values[f"{kind}_whole"] for kind in KINDS]
    assert set(fractions) <= {0, 0.25, 0.5, 0.75, 1}
    assert values["one_digit_whole"] >= values["three_digits_touching_whole"]
    assert 0 < values["numbers_sure"] <= 1


def test_the_program_tries_to_reject_each_kind_of_non_digit(
    measure_with_pen: Callable[..., Any], pen_files: Path
) -> None:
    values = measure_with_pen("--non-digits", "5")
    digits = evaluation.load_pen_file(pen_files / "digits.jsonl").drawings
    classify, fractions = load_reader("keras-cnn", "robust").classify, []
    for kind in NON_DIGITS:
        logits, _ = classify(make_non_digits(digits, kind, 5).images(np.arange(5)))
        fractions.append(float((np.logaddexp.reduce(logits, axis=1) < 0).mean()))
        assert values[f"{kind}_refused"] == fractions[-1]
    assert values["kinds_of_non_digits_refused"] == pytest.approx(np.mean(fractions))
    assert values["dots_refused"] == 1


def test_the_program_prints_what_the_evaluation_gives(
    pen_files: Path, capsys: pytest.CaptureFixture[str], own_folders: Path
) -> None:
    arguments = ["--network", "keras-cnn", "--recipe", "plain", "--json"]
    arguments += ["--pen", str(pen_files / "digits.jsonl")]
    arguments += ["--letters", str(pen_files / "letters.jsonl")]
    assert main(arguments) == 0
    values = json.loads(capsys.readouterr().out)
    samples = evaluation.load_pen_file(pen_files / "digits.jsonl")
    outcome = evaluation.evaluate(load_reader("keras-cnn", "plain").classify, samples)
    assert values["accuracy"] == outcome.accuracy
    assert values["accuracy_interval"] == list(outcome.accuracy_interval)
    assert values["expected_calibration_error"] == pytest.approx(
        outcome.reliability.expected_calibration_error, abs=1e-6
    )
    assert values["digits_refused"] == 0
    assert values["letters_refused"] == 0
    assert len(list((own_folders / "models" / "caches" / "evaluations").iterdir())) == 2
    assert main(arguments) == 0  # from what was kept
    again = json.loads(capsys.readouterr().out)
    assert again["accuracy_interval"] == values["accuracy_interval"]
    assert again["expected_calibration_error"] == pytest.approx(
        values["expected_calibration_error"], abs=1e-6
    )


def test_the_program_measures_the_test_set_without_a_pen_file(
    capsys: pytest.CaptureFixture[str],
    write_mnist: Callable[..., Path],
    own_folders: Path,
    tiny_dataset: Dataset,
) -> None:
    write_mnist(own_folders / "data")
    assert main(["--network", "keras-cnn", "--recipe", "plain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert f"Digits                      {len(tiny_dataset.test_labels)}" in lines
    assert "Letters rejected            not measured" in lines


def test_the_measures_of_what_ships_are_made_anew(
    own_store: Store,
    own_folders: Path,
    write_mnist: Callable[..., Path],
    tiny_dataset: Dataset,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_mnist(own_folders / "data")
    shutil.copytree(
        SHIPPED_MODELS / "three-layer-plain", own_store.shipped_folder / "three-layer-plain"
    )
    folder = own_folders / "measures"
    folder.mkdir()
    (folder / "of-former-weights.json.gz").touch()
    for module in (program, keeping):
        monkeypatch.setattr(module, "SHIPPED_MEASURES", folder)
    monkeypatch.setattr(program, "open_store", lambda: own_store)
    few = evaluation.make_handwriting(10, 5)
    monkeypatch.setattr(program, "make_handwriting", lambda: few)
    assert main(["--shipped"]) == 0
    (version,) = own_store.versions()
    classify = load_reader("three-layer", "plain").classify
    measured: dict[str, Samples] = {"mnist": load_test_set("mnist"), "handwriting": few}
    for name, samples in measured.items():
        kept = evaluation.find_kept(own_store, version, name)
        assert kept
        expected = evaluation.evaluate(classify, samples)
        assert kept.answers.tolist() == expected.answers.tolist()
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize("option", ["--pen", "--letters"])
def test_the_program_explains_a_broken_file(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    write_mnist: Callable[..., Path],
    own_folders: Path,
) -> None:
    write_mnist(own_folders / "data")
    path = tmp_path / "broken.jsonl"
    path.write_text("nonsense")
    assert main(["--network", "keras-cnn", "--recipe", "plain", option, str(path)]) == 1
    captured = capsys.readouterr()
    assert captured.err.strip() == "Line 1 of broken.jsonl: this is not JSON."
    assert captured.out == ""


def test_the_program_names_the_recipes_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--network", "keras-cnn", "--recipe", "sauce"])
    assert "plain" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--pen", "--letters"])
def test_a_network_for_clothing_reads_no_pen_strokes(
    capsys: pytest.CaptureFixture[str], option: str
) -> None:
    with pytest.raises(SystemExit):
        main(["--network", "fashion", option, "any.jsonl"])
    assert "fashion knows clothing" in capsys.readouterr().err


def test_the_program_calls_clothing_by_its_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = "mnist_demo.evaluation.__main__"
    monkeypatch.setattr(f"{program}.load_test_set", lambda name: make_images(30))
    drawn: list[Any] = []

    def draw(*given: Any) -> bytes:
        drawn.append(given)
        return b""

    monkeypatch.setattr(f"{program}.draw_misreadings", draw)
    assert main(["--network", "fashion", "--worst", str(tmp_path / "worst.png")]) == 0
    captured = capsys.readouterr()
    assert "Clothing: 30 of 30" in captured.err
    assert "Clothing                    30" in captured.out.splitlines()
    assert "Digits" not in captured.err + captured.out
    assert [class_names for _, _, class_names in drawn] == [DATASETS["fashion-mnist"].classes]


def test_a_misreading_is_called_by_its_names() -> None:
    outcome = make_outcome([2, 9, 4], [4, 2, 4], [0.6, 1, 1])
    names = DATASETS["fashion-mnist"].classes
    assert caption(outcome, 0, DIGITS) == "2 as 4, 60%"
    assert caption(outcome, 0, names) == "Pullover as\nCoat, 60%"
    assert caption(outcome, 1, names) == "Ankle boot as\nPullover, 100%"


def test_names_of_clothing_get_room_below_their_pictures() -> None:
    samples = ImageSamples(np.zeros((12, 28, 28, 1), np.float32), np.full(12, 2))
    outcome = make_outcome(samples.labels, np.full(12, 9), np.ones(12))
    digits, clothing = (
        np.asarray(Image.open(io.BytesIO(draw_misreadings(outcome, samples, names))))
        for names in (DIGITS, DATASETS["fashion-mnist"].classes)
    )
    assert clothing.shape[0] == digits.shape[0] + 2 * 16  # a second line in both rows
    cells = clothing[: len(clothing) // 2].reshape(-1, 10, CELL_WIDTH)
    assert cells[:, :, -2:].min() == 255  # no caption reaches into the next cell
    for cell in np.moveaxis(cells, 1, 0):
        np.testing.assert_array_equal(cell, cells[:, 0])


def test_picture_of_misreadings_starts_with_the_surest() -> None:
    images = np.zeros((4, 28, 28, 1), np.float32)
    images[2] = 1  # the surest misreading is all white
    samples = ImageSamples(images, np.array([1, 2, 3, 4]))
    outcome = Outcome(
        samples.labels,
        np.array([1, 7, 8, 9]),
        np.array([0.99, 0.5, 0.9, 0.7], np.float32),
        np.zeros(4, np.float32),
    )
    assert outcome.select_misread().tolist() == [2, 3, 1]
    content = draw_misreadings(outcome, samples, DIGITS, count=2)
    sheet = np.asarray(Image.open(io.BytesIO(content)))
    white, black = sheet[10:110, 10:110], sheet[10:110, 130:230]
    assert white.min() == 255
    assert black.max() == 0
    assert sheet[10:110, 250:350].min() == 255  # only two were asked for


def test_two_tasks_run_at_once_and_the_others_wait(wait_until: Callable[..., Any]) -> None:
    may_end, running = threading.Event(), []

    def run(_report: Callable[..., Any]) -> int:
        running.append(1)
        may_end.wait(20)
        return len(running)

    tasks = [Task("count", run) for _ in range(5)]
    wait_until(lambda: len(running) == get_settings().most_jobs, 20)
    assert all(task.is_running for task in tasks)
    tasks[-1].stop()
    tasks[-1].wait(20)  # its turn has not come
    assert tasks[-1].is_stopped
    assert len(running) == get_settings().most_jobs
    may_end.set()
    for task in tasks:
        task.wait(20)
    assert len(running) == 4


def test_a_task_that_nobody_waits_for_ends() -> None:
    wanted, has_begun, may_go_on = [True], threading.Event(), threading.Event()

    def run(report: Callable[..., Any]) -> None:
        report(0, 2)
        has_begun.set()
        may_go_on.wait(20)
        report(1, 2)
        raise AssertionError

    task = Task("count", run, lambda: wanted[0])
    assert has_begun.wait(20)
    wanted[0] = False
    may_go_on.set()
    task.wait(20)
    assert task.is_stopped
    assert task.error is None


def test_a_picture_that_cannot_be_written_is_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    write_mnist: Callable[..., Path],
    own_folders: Path,
) -> None:
    write_mnist(own_folders / "data")
    path = tmp_path / "nowhere" / "worst.png"
    assert main(["--network", "three-layer", "--recipe", "plain", "--worst", str(path)]) == 1
    assert f"{path} cannot be written: No such file or directory." in capsys.readouterr().err
