"""Renewing a part of the page while something is being worked on.

A fragment with ``run_every`` inside of another fragment would do that, too. But when the outer one
is interrupted, Streamlit drops what it has not sent of it yet, and not what it has of the inner
one, which then stands in a block that is not there: the browser shows an error.
"""

from collections.abc import Callable

from mnist_demo.app.components.modules import make_component

_count_down = make_component("components/poll.js")


def poll(seconds: float, key: str, on_time: Callable[[], object] = lambda: None) -> None:
    """Renew the fragment that this stands in every so many seconds, after calling ``on_time``."""
    _count_down(data={"seconds": seconds}, key=key, on_passed_change=on_time)
