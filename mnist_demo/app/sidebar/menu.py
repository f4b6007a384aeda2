"""The sidebar as a phone's menu: a choice of place closes it."""

from mnist_demo.app.components.modules import make_component

_close = make_component("sidebar/menu.js")


def close_menu(place: str) -> None:
    """Close the sidebar when ``place``, a URL path, is another than before and there is no room."""
    _close(data={"place": place}, key="menu")
