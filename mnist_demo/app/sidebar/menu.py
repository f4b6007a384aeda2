"""The sidebar as a phone's menu: a choice of place closes it, also of the one that is shown."""

from mnist_demo.app.components.modules import make_component

_close = make_component("sidebar/menu.js")


def close_menu() -> None:
    """Close the sidebar when a place was chosen in it and there is no room for both."""
    _close(key="menu")
