"""A network of one's own on the page: it is chosen, draws, is compared, retrained and evaluated."""

import json

import numpy as np
import pytest
from one_page import html_of, visit_page
from sixth_network import SIXTH, registered

from mnist_demo.evaluation.__main__ import main
from mnist_demo.jobs import Job
from mnist_demo.pages.canvas import load_examples
from mnist_demo.training import train


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """This process with a folder of networks that has a sixth one."""
    (tmp_path / "networks").mkdir()
    (tmp_path / "networks" / "sixth.py").write_text(SIXTH)
    with registered(tmp_path / "networks", monkeypatch) as registry:
        yield registry


@pytest.fixture
def version(registry, store, tiny_dataset):
    """A trained and kept version of it."""
    network = registry.get_network("sixth")
    model, card = train(network, network.default_recipe, tiny_dataset)
    return store.keep(store.save_candidate(model, card))


@pytest.fixture
def visitor(version, make_visitor):
    """Somebody who has chosen it in the sidebar."""
    visitor = make_visitor()
    assert "sixth" in visitor.page.selectbox(key="network").options
    visitor.page.selectbox(key="network").set_value("sixth")
    return visitor.look()


def test_it_reads_drawings_and_shows_its_layers(visitor, version):
    assert visitor.version == version.name
    visitor.press("example-4")
    assert list(visitor.layers) == ["flatten", "logits", "probabilities"]
    assert visitor.answer == np.argmax(visitor.percentages)


def test_it_is_retrained_with_numbers_of_ones_own(visitor, monkeypatch):
    commands = []
    monkeypatch.setattr(Job, "start", lambda job, module, command, title: commands.append(command))
    visitor.page.number_input(key="sixth-plain-epochs").set_value(2)
    visitor.press("retrain")
    command = " ".join(commands[0])
    assert "--network sixth" in command
    assert "--epochs 2" in command


def test_it_stands_beside_the_others(version):
    html = html_of(visit_page("compare", load_examples()["4"], "keras-cnn"))
    assert "data-network='sixth'" in html


def test_it_is_evaluated_like_any_other(version, own_folders, write_mnist, tiny_dataset, capsys):
    write_mnist(own_folders / "data")
    assert main(["--network", "sixth", "--json"]) == 0
    values = json.loads(capsys.readouterr().out)
    assert values["accuracy"] == pytest.approx(version.card.test_accuracy)


def test_without_a_version_the_page_says_so(registry, make_visitor):
    visitor = make_visitor()
    visitor.page.selectbox(key="network").set_value("sixth")
    visitor.look()
    assert visitor.errors
    assert visitor.is_enabled("retrain")
