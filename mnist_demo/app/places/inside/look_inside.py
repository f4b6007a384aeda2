"""Look inside: every layer of the network that reads the drawing, moving with the pen."""

from mnist_demo.app.components.picture.picture import show_picture
from mnist_demo.app.session import LEFT_ALONE


def show() -> None:
    """Draw the place."""
    show_picture()
    LEFT_ALONE.set(True)  # the picture follows the pen by itself
