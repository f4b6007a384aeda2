"""What somebody may send who means harm, or whose file is damaged: strategies of Hypothesis."""

import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

HUGE = 10**400  # a whole number that no float can be
SCALARS = st.sampled_from(
    [
        *(None, True, -1, 0, 3, 2**31, -(2**63), HUGE, 0.5, 1e300),
        *(float("nan"), float("inf"), "", "x", "7", "../..", "\ud800", "\0", "![](http://x)"),
    ]
)
DEEP = "[" * 900 + "]" * 900


def values() -> st.SearchStrategy[Any]:
    """What JSON can say, as Python parses it."""
    return st.recursive(
        SCALARS
        | st.text(max_size=8)
        | st.integers()
        | st.floats()
        | st.builds(json.loads, st.just(DEEP)),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
        ),
        max_leaves=8,
    )


@st.composite
def altered(draw: Callable[..., Any], good: Any) -> Any:
    """A JSON value of which one to three parts, at any depth, are replaced, doubled or gone."""
    whole: Any = [copy.deepcopy(good)]
    for _ in range(draw(st.integers(1, 3))):
        parent, key = whole, 0
        while isinstance(parent[key], list | dict) and parent[key] and draw(st.integers(0, 5)):
            parent = parent[key]
            keys = list(parent) if isinstance(parent, dict) else range(len(parent))
            key = draw(st.sampled_from(keys))
        match draw(st.sampled_from(["replace", "double", "remove"])):
            case "replace":
                parent[key] = draw(values())
            case "double":
                parent[key] = [parent[key], copy.deepcopy(parent[key])]
            case "remove" if parent is not whole:
                del parent[key]
    return whole[0]


@st.composite
def damaged(draw: Callable[..., Any], good: bytes) -> bytes:
    """Bytes of which a few are changed, missing or too many."""
    content = bytearray(good)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = start + draw(st.sampled_from([0, 1, 1, 4, 100, len(content)]))
        content[start:end] = draw(st.binary(max_size=8))
    return bytes(content)
