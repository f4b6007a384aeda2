"""Parameters of the page's address, written by the browser a moment after they change.

``st.query_params`` would add an entry to the browser's history for each stroke.
"""

from typing import Any

from mnist_demo.app.components.modules import make_component
from mnist_demo.app.runtime.streamlit_internals import get_visitor
from mnist_demo.app.session import ADDRESS

_write = make_component("components/parameters.js")


def keep_in_address(key: str, place: str, parameters: dict[str, str]) -> None:
    """Put parameters into the address of ``place``, its URL path; empty ones are taken out."""
    _write(data=tell_parameters(place, parameters), key=key)


def tell_parameters(place: str, parameters: dict[str, str]) -> dict[str, Any]:
    """What a script needs to put them there, as part of what it is told."""
    ADDRESS.set(ADDRESS.get() | parameters)
    # Another place has an address without them, and another server does not know them.
    return {"session": get_visitor(), "place": place, "parameters": parameters}
