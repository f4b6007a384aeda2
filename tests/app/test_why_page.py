"""The question "Why?" without a browser: maps, checks, and randomised weights."""

import re
from functools import partial
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from mnist_demo.app.numbers import fixed, signed, significant
from mnist_demo.app.places.why.why import AGAINST
from mnist_demo.app.places.why.why_sanity import judge
from mnist_demo.app.stage.canvas import BLANK, load_examples
from mnist_demo.explain.attribution import METHODS, Attributor
from mnist_demo.explain.values import RandomizedMap, Target
from mnist_demo.image.normalization import from_canvas
from mnist_demo.reading.reader import load_reader
from tests.app.one_page import html_of, visit_page
from tests.signatures import WaitUntil

visit = partial(visit_page, "question", question="why")


def cards_of(page: AppTest) -> Any:
    """HTML of each map, by its method; the large one comes first."""
    cards = re.findall(r"<figure data-method=.*?</figure>", html_of(page), re.DOTALL)
    return [(re.search(r'data-method="([^"]+)"', card)[1], card) for card in cards]


def choose(page: AppTest, method: Any) -> Any:
    """HTML of the map by this method."""
    page.segmented_control(key="why-method").set_value(method).run()
    assert not page.exception
    ((shown, card),) = cards_of(page)
    assert shown == method
    return card


@pytest.fixture(scope="module")
def image() -> NDArray[np.float32]:
    return from_canvas(load_examples()["7"].rgba)


@pytest.fixture(scope="module")
def attributor() -> Any:
    return Attributor(load_reader("keras-cnn").model)


def test_nothing_is_drawn_yet() -> None:
    page = visit(BLANK)
    assert "Nothing has been drawn yet" in page.info[0].value
    assert not cards_of(page)


def test_first_one_large_map_says_what_counts_most(
    image: NDArray[np.float32], attributor: Any
) -> None:
    page = visit(load_examples()["7"])
    ((method, card),) = cards_of(page)
    assert method == "Occlusion"
    values = attributor.occlude(image, Target(7))
    row, column = np.unravel_index(values.argmax(), (28, 28))
    assert f"{significant(values.max())} at row {row}, column {column}" in card
    down = ["top", "", "bottom"][int(row / 28 * 3)]
    across = ["left", "", "right"][int(column / 28 * 3)]
    score = load_reader("keras-cnn").read(image).logits[7]
    sentence = page.markdown[0].value
    assert re.search(rf"the score of \*\*7\*\* lies \w+ the {down} ?{across} \(", sentence)
    assert f"lowers it by {values.max():.1f} on average, from {score:.1f}." in sentence
    assert f"to {significant(values.max())}, violet" in card  # a scale of its own


def test_other_methods_and_their_checks(image: NDArray[np.float32], attributor: Any) -> None:
    page = visit(load_examples()["7"])
    saliency = attributor.saliency(image, Target(7))
    card = choose(page, "Saliency")
    assert f"{fixed(saliency.min(), 3)} to {fixed(saliency.max(), 3)}" in card
    residual = attributor.integrate(image, Target(7)).residual
    assert f"Residual: {signed(residual, 3)}" in choose(page, "Integrated gradients")
    for method in METHODS:
        assert "the score falls by" in choose(page, method)


def test_all_methods_side_by_side_on_their_own_scales_or_on_one(
    image: NDArray[np.float32], attributor: Any
) -> None:
    page = visit(load_examples()["7"])
    page.session_state["why-others"] = True  # the expander's
    page.run()
    assert {method for method, _ in cards_of(page)} == set(METHODS)
    assert html_of(page).count('class="signed-scale"') == 1 + len(METHODS)
    page.toggle(key="why-shared").set_value(True).run()
    assert html_of(page).count('class="signed-scale"') == 2
    maps = [METHODS[method](attributor, image, Target(7)) for method in METHODS]
    assert f"to {max(np.abs(one).max() for one in maps if one is not None):.3g}, violet" in html_of(
        page
    )


def test_another_class_and_the_rival(image: NDArray[np.float32], attributor: Any) -> None:
    page = visit(load_examples()["7"])
    logits = load_reader("keras-cnn").read(image).logits
    page.selectbox(key="why-class").select(2).run()
    assert "the score of **2**" in page.markdown[0].value
    assert fixed(logits[2], 1) in page.markdown[0].value
    page.button_group(key="why-against").set_value(AGAINST).run()
    assert "the lead of **2** over **7**" in page.markdown[0].value
    assert fixed(logits[2] - logits[7], 1) in page.markdown[0].value
    ((_, card),) = cards_of(page)
    assert significant(attributor.occlude(image, Target(2, 7)).max()) in card
    assert not page.exception


def test_a_network_without_convolutions_says_so() -> None:
    page = visit(load_examples()["3"], "three-layer")
    assert "no convolution" in choose(page, "Grad-CAM")
    assert "randomize" not in [button.key for button in page.button]


def test_randomising_shows_every_layer(wait_until: WaitUntil) -> None:
    page = visit(load_examples()["3"], "three-layer")
    page.button(key="randomize").click().run()
    wait_until(lambda: 'class="randomized"' in html_of(page.run()))
    found = html_of(page).split('class="randomized"')[1]
    others = [f"{name} and all after it" for name in ("dense_2", "dense_1")]
    assert re.findall(r"<b>(.*?)</b>", found) == ["As it is", "logits", *others]
    assert re.search(r"<p>[✓✗]", found)
    page.selectbox(key="why-class").select(5).run()
    assert 'class="randomized"' not in html_of(page)  # that was of another class


def test_whether_a_map_changes_is_said() -> None:
    def randomize(*similarities: Any) -> Any:
        return tuple(
            RandomizedMap(f"layer_{i}", np.zeros((28, 28), np.float32), s)
            for i, s in enumerate(similarities)
        )

    assert judge(randomize(0.2, -0.1)).startswith("✓ It changes with the first layer")
    assert "layer_0" in judge(randomize(0.8, 0.1))
    assert judge(randomize(0.8, 0.9)).startswith("✗")


def test_an_empty_map_says_so_and_why_and_claims_nothing(attributor: Any) -> None:
    """Grad-CAM finds nothing above zero: for one of the classes, in one of the examples."""
    digit, target = next(
        (name, label)
        for name, example in load_examples().items()
        for label in range(10)
        if not attributor.grad_cam(from_canvas(example.rgba), Target(label)).any()
    )
    page = visit(load_examples()[digit])
    page.selectbox(key="why-class").select(target).run()
    card = choose(page, "Grad-CAM")
    assert "The map is empty: weighed for this score" in page.markdown[0].value
    assert "<li>The map is empty: weighed for this score" in card
    assert "that it ranks highest" not in card
    assert "All are 0." in card
    assert "Highest" not in card
    assert "randomize" not in [button.key for button in page.button]
