"""What components report: each check says yes or no to anything."""

from typing import Any

import pytest
from hypothesis import given

from mnist_demo.app.components import checks
from mnist_demo.app.components.checks import Check
from mnist_demo.finite import is_finite
from tests.fuzz.crafted import values

CHECKS = {
    "index": checks.is_index(5),
    "name on offer": checks.is_one_of({"a", "b"}),
    "number on offer": checks.is_one_of((0, 1, None)),
    "list": checks.is_list_of(checks.is_name, 2),
    "dictionary": checks.is_dict_of({"": checks.is_flag}),
    "text": checks.is_text,
    "number": is_finite,
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
@given(value=values())
def test_a_report(check: Check, value: Any) -> None:
    assert check(value) in (True, False)
    assert checks.is_none_or(check)(value) == (value is None or check(value))
