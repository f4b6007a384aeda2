"""The menu where there is little room: a choice of place closes it, and shows the place."""

from mnist_demo.app.components.modules import make_component

_follow = make_component("sidebar/menu.js")


def follow_menu() -> None:
    """Close the sidebar once a place was chosen in it, and scroll to what is below the stage."""
    _follow(key="menu")
