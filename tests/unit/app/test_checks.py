"""What components report is checked: each check passes what is meant, and nothing else."""

import json
from typing import Any

import pytest

from mnist_demo.app.components.checks import (
    Check,
    is_dict_of,
    is_flag,
    is_index,
    is_list_of,
    is_name,
    is_none_or,
    is_one_of,
    is_text,
)
from mnist_demo.app.components.picture.picture import IS_CHOICE
from mnist_demo.finite import is_finite

CRAFTED: list[Any] = [
    None, True, False, 0, -1, 3, 10**30, 10**400, 0.5, 1e400, float("nan"), "", "3", "label",
    "../..", "x" * 300, "\ud800", [], [0], ["a"], [[]], ["a"] * 2000, {}, {"row": 0},
    {"row": "a", "at": []}, json.loads("[" * 200 + "]" * 200),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "passed"),
    [
        (is_index(2), [0]),
        (is_one_of(["label", "3"]), ["3", "label"]),
        (is_one_of([3, 4]), [3]),
        (is_flag, [True, False]),
        (is_finite, [0, -1, 3, 10**30, 0.5]),
        (is_list_of(is_name), [[], ["a"]]),
        (is_none_or(is_index(2)), [None, 0]),
        (is_dict_of({"row": is_index(1)}), [{"row": 0}]),
        (is_text, ["", "3", "label", "../..", "x" * 300, "\ud800"]),
        (IS_CHOICE, []),
    ],
)
def test_a_check_passes_what_is_meant(check: Check, passed: list[Any]) -> None:
    assert repr([value for value in CRAFTED if check(value)]) == repr(passed)  # 1 is no True


@pytest.mark.parametrize("opened", [None, {"layer": "conv_1", "at": None}])
def test_a_choice_of_the_picture_passes(opened: Any) -> None:
    choice = {"hidden": ["pool_1"], "isPerMap": True, "opened": opened}
    assert IS_CHOICE(choice)
    assert not IS_CHOICE(choice | {"more": 1})
    at = {"channel": 1, "y": 2, "x": 3}
    assert IS_CHOICE(choice | {"opened": {"layer": "conv_1", "at": at}})
    for wrong in CRAFTED:
        assert not IS_CHOICE(choice | {"opened": {"layer": "conv_1", "at": at | {"x": wrong}}}) or (
            type(wrong) is int and wrong in (0, 3)
        )
