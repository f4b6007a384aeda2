"""What is on the page: nothing drawn yet, a drawing, its layers, and odd drawings."""

import base64
import re

import numpy as np
import pytest

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.figures import draw_activation
from mnist_demo.handwriting import render
from mnist_demo.images import from_canvas
from mnist_demo.networks import get_networks
from mnist_demo.pages import layers
from mnist_demo.pages.canvas import load_examples


@pytest.fixture
def drawing(drawings):
    return render(drawings[0])


def test_empty_page_invites_and_can_be_drawn_on(visitor):
    assert visitor.is_invited
    assert visitor.has_canvas
    assert visitor.answer is None
    assert visitor.layers == {}
    assert not any(visitor.is_enabled(name) for name in ("Undo", "Redo", "Clear"))
    assert visitor.has_examples
    assert visitor.is_enabled("retrain")
    assert visitor.errors == []


def test_network_for_clothing_invites_to_choose_a_picture(visitor):
    visitor.page.session_state["network"] = "fashion"
    text = visitor.look().text
    assert not visitor.is_invited
    assert "Choose a picture on the page “Pictures”" in text
    assert ", ".join(CLASS_NAMES["fashion-mnist"]) in text
    assert "digit" not in re.search("<div class='invitation'>.*?</div>", text, re.DOTALL)[0]


def test_drawing_is_answered_with_what_the_reader_says(visitor, drawing, reader):
    visitor.draw(drawing)
    reading = reader.read(from_canvas(drawing))
    assert visitor.answer == reading.digit
    assert visitor.runner_up == reading.runner_up
    np.testing.assert_allclose(visitor.percentages, 100 * reading.probabilities, atol=0.051)
    assert not visitor.is_invited


def test_every_layer_is_shown_from_the_same_reading(visitor, drawing, reader):
    visitor.draw(drawing)
    reading = reader.read(from_canvas(drawing))
    assert list(visitor.layers) == [layer.name for layer in reader.layers]
    for layer in reader.layers:
        shown, values = visitor.layers[layer.name], reading.activations[layer.name]
        assert shown["kind"] == layer.kind
        assert [int(side) for side in shown["shape"].split(" × ")] == list(values.shape)
        assert int(shown["parameters"].replace(",", "")) == layer.parameters
        if layer.name in ("logits", "probabilities"):
            np.testing.assert_allclose(shown["numbers"], values, atol=1e-6)
        else:
            assert shown["channels"] == values.shape[-1]
            assert base64.b64decode(shown["png"]) == draw_activation(values).png


@pytest.mark.parametrize("network", get_networks())
def test_every_network_shows_every_layer(visitor, drawing, network):
    visitor.page.selectbox(key="network").set_value(network)
    visitor.look().draw(drawing)
    names = [layer.name for layer in get_networks()[network].build().layers[1:]]
    assert list(visitor.layers) == names
    assert all(layer.get("png") or layer.get("numbers") for layer in visitor.layers.values())


def test_colours_can_be_spread_over_each_map(visitor, drawing):
    visitor.draw(drawing)
    whole = visitor.layers["conv_1"]
    visitor.page.segmented_control(key="scaling").set_value("Each map")
    each = visitor.look().layers["conv_1"]
    assert (whole["perMap"], each["perMap"]) == (False, True)
    assert whole["png"] != each["png"]
    assert whole["scale"] == each["scale"]


def test_what_is_off_is_neither_shown_nor_drawn(visitor, drawing, monkeypatch):
    visitor.draw(drawing)
    names = list(visitor.layers)
    drawn = []

    def draw(activation, scaling):
        drawn.append(activation.shape)
        return draw_activation(activation, scaling)

    monkeypatch.setattr(layers, "draw_activation", draw)
    for count in range(1, len(names) + 1):
        drawn.clear()
        visitor.page.pills(key="shown_layers").set_value(names[count:])
        shown = visitor.look().layers
        assert list(shown) == names[count:]
        assert len(drawn) == len([layer for layer in shown.values() if "png" in layer])
    assert drawn == []
    visitor.page.pills(key="shown_layers").set_value(["conv_2"])
    assert list(visitor.look().layers) == ["conv_2"]
    assert visitor.answer is not None


def test_map_that_is_clicked_is_enlarged_beside_its_kernel(visitor, drawing, reader):
    visitor.draw(drawing)
    assert not any("enlarged" in layer for layer in visitor.layers.values())
    selected = {"layer": "conv_2", "channel": 5}
    visitor.page.session_state["layer_pictures"] = {"selected": selected}
    shown = visitor.look().layers
    assert [name for name, layer in shown.items() if "enlarged" in layer] == ["conv_2"]
    feature_map, kernel = shown["conv_2"]["enlarged"]
    values = reader.read(from_canvas(drawing)).activations["conv_2"][..., 5]
    assert feature_map["title"] == "Map 5 of conv_2"
    assert f"from {values.min():.3f} to {values.max():.3f}" in feature_map["text"]
    largest = np.abs(reader.model.get_layer("conv_2").get_weights()[0][..., 5]).max()
    assert f"{largest:.3f}" in kernel["text"]
    assert kernel["png"]


def test_enlarged_map_of_a_pooling_layer_has_no_kernel(visitor, drawing):
    visitor.draw(drawing)
    selected = {"layer": "pool_1", "channel": 31}
    visitor.page.session_state["layer_pictures"] = {"selected": selected}
    feature_map, kernel = visitor.look().layers["pool_1"]["enlarged"]
    assert feature_map["png"]
    assert "png" not in kernel


def test_examples_are_read_as_what_they_are(visitor):
    for digit in range(10):
        visitor.press(f"example-{digit}")
        assert visitor.answer == digit


def test_undo_redo_and_clear(visitor):
    visitor.press("example-3").press("example-5")
    assert visitor.answer == 5
    assert visitor.press("Undo").answer == 3
    assert visitor.is_enabled("Redo")
    assert visitor.press("Redo").answer == 5
    assert not visitor.is_enabled("Redo")
    visitor.press("Clear")
    assert visitor.is_invited
    assert not visitor.is_enabled("Clear")
    assert visitor.press("Undo").answer == 5
    visitor.press("Undo").press("Undo")
    assert visitor.is_invited
    assert not visitor.is_enabled("Undo")


def test_drawing_after_an_undo_forgets_what_was_undone(visitor, drawing):
    visitor.press("example-3").press("example-5").press("Undo").draw(drawing)
    assert not visitor.is_enabled("Redo")
    assert visitor.press("Undo").answer == 3


def test_rerun_repeats_the_drawing_but_is_no_new_one(visitor, drawing):
    visitor.draw(drawing).look().look().press("Undo")
    assert visitor.is_invited


def odd(kind):
    canvas = np.zeros((320, 320, 4), np.uint8)
    canvas[..., 3] = 255
    match kind:
        case "dot":
            canvas[100:120, 30:50] = 255
        case "pixel":
            canvas[0, 319] = 255
        case "line":
            canvas[50:300, 160] = 255
        case "full":
            canvas[...] = 255
        case "transparent":
            canvas[...] = 0
    return canvas


@pytest.mark.parametrize("kind", ["dot", "pixel", "line", "full"])
def test_odd_drawing_is_answered_or_refused_like_any_other(visitor, kind):
    visitor.draw(odd(kind))
    assert (visitor.answer is None) == visitor.is_refused
    assert visitor.is_refused == (kind != "line")  # which may be a 1
    assert visitor.percentages.sum() == pytest.approx(100, abs=0.6)
    assert len(visitor.layers) == 9
    assert visitor.errors == []


@pytest.mark.parametrize("kind", ["blank", "transparent"])
def test_blank_canvas_that_was_drawn_on_invites_again(visitor, drawing, kind):
    visitor.draw(drawing).draw(odd(kind))
    assert visitor.is_invited
    assert visitor.answer is None
    assert visitor.errors == []


def test_visitors_have_their_own_drawings(make_visitor):
    one, other = make_visitor().press("example-2"), make_visitor().press("example-7")
    assert (one.look().answer, other.look().answer) == (2, 7)


def test_everything_that_can_be_used_says_what_it_does(visitor, drawing):
    page = visitor.draw(drawing).page
    for kind in (page.button, page.toggle, page.selectbox, page.slider, page.segmented_control):
        assert len(kind) > 0
        assert [widget.label for widget in kind if not widget.help] == []


def test_examples_are_drawings_on_the_canvas_like_others():
    for example in load_examples().values():
        assert example.rgba.shape == (320, 320, 4)
        assert len(example.fabric["objects"]) >= 1
