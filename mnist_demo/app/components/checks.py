"""What a component may report: whoever has a connection can send anything in its name."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[Any], bool]

LONGEST = 200  # characters of a name


def is_index(count: int) -> Check:
    """Whether a value is the index of one of so many things."""
    return lambda value: type(value) is int and 0 <= value < count


def is_one_of(names: Collection[object]) -> Check:
    """Whether it is one of these names or numbers, and no other kind of value equal to one."""
    kinds = {type(name) for name in names}
    return lambda value: type(value) in kinds and value in names


def is_list_of(check: Check, most: int = 1000) -> Check:
    """Whether it is a list of such values, not too long."""
    return lambda value: isinstance(value, list) and len(value) <= most and all(map(check, value))


def is_dict_of(checks: Mapping[str, Check]) -> Check:
    """Whether it has these keys and no others, each with such a value."""
    return lambda value: (
        isinstance(value, dict)
        and value.keys() == checks.keys()
        and all(check(value[name]) for name, check in checks.items())
    )


def is_none_or(check: Check) -> Check:
    """Whether it is None or such a value."""
    return lambda value: value is None or check(value)


def is_text(value: Any) -> bool:
    """Whether it is text."""
    return isinstance(value, str)


def is_name(value: Any) -> bool:
    """Whether it is text that is no longer than names are."""
    return isinstance(value, str) and len(value) <= LONGEST


def is_flag(value: Any) -> bool:
    """Whether it is true or false."""
    return isinstance(value, bool)
