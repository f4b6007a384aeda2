"""The table of versions without a browser: what it says, and what one may do with a version."""

import io
import shutil
import zipfile
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mnist_demo.app.runtime import own
from mnist_demo.app.runtime.settings import DEFAULT_VERSION, RETRAINING
from mnist_demo.networks import get_network
from mnist_demo.paths import PROJECT
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store, open_store
from tests.app.conftest import data_of
from tests.app.served import fetch
from tests.signatures import SetVariable

SCRIPT = f"""
import sys
sys.path.insert(0, {str(PROJECT)!r})
import streamlit as st
from mnist_demo.app.places.train import versions_table
from mnist_demo.app.runtime.own import open_store
st.session_state.setdefault("network", "three-layer")
if chosen := st.session_state.pop("pressed", None):  # a browser alone can press a button
    st.session_state["versions"] = {{"action": chosen}}
    versions_table._act(open_store())
st.session_state.pop("versions", None)
versions_table.show_versions(open_store())
"""


@pytest.fixture
def save(store: Store) -> Any:
    """Function from an accuracy to a new candidate, which nobody has trained."""

    def save_candidate(accuracy: Any = 0.5, **changes: Any) -> Any:
        settings = get_network("three-layer").recipe("plain").settings | changes
        card = Card("three-layer", "plain", "mnist", 7, settings, 1.5, accuracy, 2.0, "2026-01-02")
        return store.save_candidate(get_network("three-layer").build(), card)

    return save_candidate


@pytest.fixture
def page() -> AppTest:
    """A visitor's page with the table alone."""
    return AppTest.from_string(SCRIPT, default_timeout=60)


def look(page: AppTest) -> Any:
    """The rows of the table, by their version's name."""
    page.run()
    assert not page.exception
    (component,) = page.get("bidi_component")
    data = data_of(component)
    heads = data["columns"][1:-2]
    return {row["name"]: row | dict(zip(heads, row["cells"], strict=True)) for row in data["rows"]}


def press(page: AppTest, action: Any, version: Version) -> Any:
    page.session_state["pressed"] = {"action": action, "version": version.name}
    return look(page)


def actions_of(row: Any) -> Any:
    return [action.get("name", action["label"]) for action in row["actions"]]


def test_every_version_has_a_row_those_of_the_network_in_use_first(
    page: AppTest, store: Store
) -> None:
    rows = look(page)
    assert set(rows) == {version.name for version in store.versions()}
    assert [name.startswith("three-layer") for name in rows] == [True] * 2 + [False] * 7
    assert rows["three-layer-plain"]["tags"] == ["shipped", "in use", "default for its network"]
    assert rows["three-layer-long"]["tags"] == ["shipped"]
    assert rows["three-layer-plain"]["Test accuracy"] == "96.34%"
    measured = rows["three-layer-plain"]
    assert float(measured["Rendered handwriting"].rstrip("%")) > 50
    assert measured["Rejects non-digits"] == "never"
    assert float(rows["keras-cnn-robust"]["Rejects non-digits"].rstrip("%")) > 80
    fashion = rows["fashion-plain"]
    assert fashion["Rendered handwriting"] == fashion["Rejects non-digits"] == "–"
    assert all(action["help"] for row in rows.values() for action in row["actions"])


def test_what_differs_from_the_recipe_is_said(page: AppTest, save: Any) -> None:
    candidate = save(batch_size=32)
    row = look(page)[candidate.name]
    assert row["Settings changed"] == "batch size 32"
    assert "learning rate 0.001" in row["details"]
    assert "seed 7" in row["details"]
    assert row["Rendered handwriting"] == row["Rejects non-digits"] == "not measured"
    assert look(page)["three-layer-plain"]["Settings changed"] == "–"


def test_what_is_this_visitors_alone_is_said_and_is_nobodys_default(page: AppTest) -> None:
    page.session_state["own"] = "mine"
    folder = own._find_folder("mine")
    network = get_network("three-layer")
    settings = network.recipe("plain").settings | {"taught": 3, "taught_from": "another"}
    card = Card("three-layer", "plain", "mnist", 7, settings, 1.5, 0.9, 2.0, "2026-01-02")
    mine = open_store(folder)
    version = mine.keep(mine.save_own(network.build(), card))
    row = look(page)[version.name]
    assert row["tags"] == ["yours alone"]
    assert row["Settings changed"] == "drawings taught 3, taught from another"
    assert actions_of(row) == ["use", "Download", "delete"]
    assert row["actions"][-1]["question"] == "Delete it?"
    assert "taught 2026-01-02" in row["title"]
    archive = zipfile.ZipFile(io.BytesIO(fetch(f"/{row['actions'][1]['address']}").body))
    assert f"{version.name}/card.json" in archive.namelist()
    press(page, "delete", version)
    assert version.name not in look(page)
    shutil.rmtree(folder)


def test_a_version_no_better_than_guessing_is_called_broken(page: AppTest, save: Any) -> None:
    broken, bad = save(0.1), save(0.2)
    rows = look(page)
    assert any("broken" in tag for tag in rows[broken.name]["tags"])
    assert rows[bad.name]["tags"] == ["new"]


@pytest.mark.parametrize(("accuracy", "is_main"), [(0.99, True), (0.5, False), (0.1, False)])
def test_what_is_not_worse_is_offered_to_be_kept(
    page: AppTest, save: Any, accuracy: float, is_main: bool
) -> None:
    candidate = save(accuracy)
    row = look(page)[candidate.name]
    assert actions_of(row) == ["keep", "Download", "delete"]
    assert row["actions"][0]["isMain"] == is_main


def test_a_version_is_kept_made_the_default_and_deleted(
    page: AppTest, save: Any, store: Store
) -> None:
    shipped, candidate = store.default("three-layer"), save()
    rows = press(page, "keep", candidate)
    assert rows[candidate.name]["tags"] == ["in use"]
    assert actions_of(rows[candidate.name]) == ["set_default", "Download", "delete"]
    assert store.default("three-layer") == shipped
    rows = press(page, "set_default", candidate)
    assert rows[candidate.name]["tags"] == ["in use", "default for its network"]
    assert store.default("three-layer").name == candidate.name
    rows = press(page, "use", shipped)
    assert rows[shipped.name]["tags"] == ["shipped", "in use"]
    rows = press(page, "delete", store.default("three-layer"))
    assert candidate.name not in rows
    assert store.default("three-layer") == shipped


def test_nobody_else_gets_what_one_visitor_chooses(page: AppTest, store: Store) -> None:
    other = AppTest.from_string(SCRIPT, default_timeout=60)
    look(other)
    press(page, "use", store.shipped("three-layer", "long"))
    assert "in use" in look(other)["three-layer-plain"]["tags"]


@pytest.mark.parametrize(
    ("variable", "missing"),
    [
        (DEFAULT_VERSION, {"set_default"}),
        (RETRAINING, {"set_default", "keep", "delete"}),
    ],
)
def test_a_server_says_who_may_change_it(
    page: AppTest,
    save: Any,
    store: Store,
    set_variable: SetVariable,
    variable: Any,
    missing: Any,
) -> None:
    store.keep(save())
    save()
    everything = {action for row in look(page).values() for action in actions_of(row)}
    assert everything == {"use", "keep", "set_default", "Download", "delete"}
    set_variable(variable, "off")
    allowed = {action for row in look(page).values() for action in actions_of(row)}
    assert everything - allowed == missing


def test_what_cannot_be_done_is_explained(page: AppTest, store: Store) -> None:
    press(page, "delete", store.shipped("three-layer", "long"))
    assert "stays" in page.toast[0].value


def test_a_version_is_downloaded_as_it_is(page: AppTest, save: Any) -> None:
    candidate = save()
    (address,) = (
        action["address"]
        for action in look(page)[candidate.name]["actions"]
        if action["label"] == "Download"
    )
    response = fetch(f"/{address}")
    with zipfile.ZipFile(io.BytesIO(response.body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert files == {
        f"{candidate.name}/{path.name}": path.read_bytes() for path in candidate.folder.iterdir()
    }
    assert fetch("/versions/gone.zip").status_code == 404
