"""Table of all versions: how each was trained, how well it reads, and what one may do with it."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import streamlit as st

from mnist_demo.app.components.checks import Check, is_list_of, is_name
from mnist_demo.app.components.modules import make_component
from mnist_demo.app.numbers import NOTHING, percent
from mnist_demo.app.places.train.download import address_download
from mnist_demo.app.runtime.settings import get_settings
from mnist_demo.app.session import report_of
from mnist_demo.app.sidebar import training_panel
from mnist_demo.app.sidebar.version_choice import (
    get_network_name,
    get_version,
    name_version,
    use_version,
)
from mnist_demo.app.trouble import toast_error
from mnist_demo.data.catalogue import DATASETS, HANDWRITING
from mnist_demo.errors import DemoError, ModelVersionError
from mnist_demo.evaluation import Outcome, find_kept
from mnist_demo.language import N_, _
from mnist_demo.networks import get_network
from mnist_demo.reading.rejection import find_threshold
from mnist_demo.versions.card import Card, Version
from mnist_demo.versions.store import Store

KEY = "versions"
COLUMNS = (
    N_("Version"),
    N_("Settings changed"),
    N_("Test accuracy"),
    N_("Rendered handwriting"),
    N_("Rejects non-digits"),
    N_("Show curve"),
)
USE = {"name": "use", "label": N_("Use"), "help": N_("Read your drawings with it")}
KEEP = {"name": "keep", "label": N_("Keep"), "help": training_panel.KEEP_HELP}
MAKE_DEFAULT = {
    "name": "set_default",
    "label": N_("Make default"),
    "help": N_("New visitors will read with it; nothing changes for those who are here"),
}
DOWNLOAD = {
    "label": N_("Download"),
    "help": N_("Weights, card and training history, zipped"),
}
DELETE = {
    "name": "delete",
    "label": N_("Delete"),
    "help": training_panel.DELETE_HELP,
    "question": N_("Delete it for everybody?"),
}
DELETE_OWN = DELETE | {
    "help": N_("Delete it; your drawings stay"),
    "question": N_("Delete it?"),
}
SPOKEN = ("label", "help", "question")  # of an action, what is in words
SETTINGS = {
    "batch_size": N_("batch size"),
    "epochs": N_("epochs"),
    "steps": N_("steps"),
    "optimizer": N_("optimizer"),
    "learning_rate": N_("learning rate"),
    "schedule": N_("schedule"),
    "averaging": N_("averaging"),
    "loss": N_("loss"),
    "refusal_threshold": N_("rejection threshold"),
    "examples": N_("training images"),
    "rotation": N_("rotation in degrees"),
    "shift": N_("shift in pixels"),
    "thickness": N_("thickness in pixels"),
    "taught": N_("drawings taught"),
    "taught_from": N_("taught from"),
}

_show_table = make_component(
    "places/train/versions_table.js",
    html="<div class='versions' tabindex='0' role='region'></div>",
)


def show_versions(store: Store) -> list[Version]:
    """Show all versions, those of the network in use first; the ones whose curves are wanted."""
    network = get_network_name()
    versions = [*store.versions(), *store.candidates()]
    versions.sort(key=lambda version: version.card.network != network)
    first = [version.name for version in versions if version.card.network == network]
    rows = [_describe(version, store) for version in versions]
    state = _show_table(
        data={"columns": [*map(_, COLUMNS), ""], "rows": rows, "shown": first},
        default={"shown": first},
        key=KEY,
        checks={"shown": is_list_of(is_name), "action": is_one_of_offered(rows)},
        on_action_change=partial(_act, store),
    )
    return [version for version in versions if version.name in state.get("shown", first)]


def is_one_of_offered(rows: list[dict[str, Any]]) -> Check:
    """Whether a value names a version of the table, and something that is offered for it."""
    offered = [
        {"version": row["name"], "action": action["name"]}
        for row in rows
        for action in row["actions"]
        if "name" in action
    ]
    return lambda value: isinstance(value, dict) and value in offered


def _act(store: Store) -> None:
    """Do what was asked for with a button of the table."""
    chosen = report_of(KEY).get()["action"]
    actions: dict[str, Callable[[Version], object]] = {
        "use": use_version,
        "keep": partial(training_panel.keep, store),
        "set_default": store.set_default,
        "delete": partial(training_panel.delete, store),
    }
    for version in (*store.versions(), *store.candidates()):
        if version.name == chosen["version"]:
            try:
                actions[chosen["action"]](version)
            except DemoError as error:
                toast_error(error)
                return
    st.rerun()


def _describe(version: Version, store: Store) -> dict[str, Any]:
    """A row, as `Row` in versions_table.js has it."""
    card, is_shipped, is_own = version.card, store.is_shipped(version), store.is_own(version)
    is_new = version.folder.parent == store.candidates_folder
    is_in_use = _is_found(version, partial(get_version, store))
    is_default = _is_found(version, partial(store.default, card.network))
    tags = {
        N_("shipped"): is_shipped,
        N_("in use"): is_in_use,
        N_("default for its network"): is_default,
        N_("new"): is_new,
        N_("yours alone"): is_own,
        N_("broken: no better than guessing"): card.is_broken,
    }
    may_change = training_panel.is_allowed()
    may_set_default = may_change and get_settings().may_set_default and not is_own
    is_main = is_new and training_panel.is_worth_keeping(store, card)
    offers = (
        (USE, not is_new and not is_in_use),
        (KEEP | {"isMain": is_main}, is_new and may_change),
        (MAKE_DEFAULT, may_set_default and not is_new and not is_default),
        (DOWNLOAD | {"address": address_download(version)}, True),
        (DELETE_OWN if is_own else DELETE, may_change and not is_shipped),
    )
    return {
        "name": version.name,
        "title": name_version(version, store),
        "tags": [_(tag) for tag, is_true in tags.items() if is_true],
        "details": _describe_training(card),
        "cells": [
            list_changes(card),
            percent(card.test_accuracy, 2),
            *_find_measures(version, store),
        ],
        "actions": [_translate(action) for action, is_offered in offers if is_offered],
    }


def _translate(action: dict[str, Any]) -> dict[str, Any]:
    """An action in the visitor's language."""
    return action | {part: _(action[part]) for part in SPOKEN if part in action}


def _find_measures(version: Version, store: Store) -> tuple[str, str]:
    """Accuracy on rendered handwriting, and the fraction rejected of what is not a digit."""
    if not DATASETS[version.card.dataset].are_digits:
        return NOTHING, NOTHING
    try:
        outcome = _read_outcome(version.key, version, store)
        threshold = find_threshold(version.card.settings)
    except (LookupError, ModelVersionError):
        return _("not measured"), _("not measured")
    rejected = outcome.with_threshold(threshold).non_digits_rejected
    return percent(outcome.accuracy), _("never") if threshold is None else percent(rejected)


@st.cache_resource(max_entries=100, show_spinner=False)
def _read_outcome(key: str, _version: Version, _store: Store) -> Outcome:
    """Outcome on rendered handwriting; LookupError where it is not measured yet."""
    outcome = find_kept(_store, _version, HANDWRITING.name)
    if outcome is None:
        raise LookupError(key)
    return outcome


def _is_found(version: Version, find: Callable[[], Version]) -> bool:
    with suppress(ModelVersionError):  # its place on the page says so
        return find().name == version.name
    return False


def list_changes(card: Card) -> str:
    """Numbers and images that differ from those of the recipe."""
    own: dict[str, Any] = {}
    with suppress(KeyError):  # the network or the recipe is gone
        network = get_network(card.network)
        own = network.recipe(card.recipe).settings | {N_("images"): network.dataset}
    given = card.settings | {"images": card.dataset}
    return _list({name: value for name, value in given.items() if value != own.get(name)})


def _describe_training(card: Card) -> str:
    facts = {
        "images": card.dataset,
        N_("seed"): card.seed,
        N_("trained"): card.created[:10],
        N_("took"): f"{card.duration_s:.0f} s",
        N_("test loss"): f"{card.test_loss:.4f}",
    }
    return _list({N_("network"): card.network, N_("recipe"): card.recipe} | card.settings | facts)


def _list(values: dict[str, Any]) -> str:
    words = (
        f"{_(SETTINGS.get(name, name.replace('_', ' ')))} {value}" for name, value in values.items()
    )
    return _(", ").join(words) or NOTHING
