"""Examples of a stream as cards, which move from their deck, through a buffer, into batches."""

from mnist_demo.app.components.modules import make_component
from mnist_demo.learn.step import Result

_move = make_component("places/learn/cards.js", html="<div class='cards'></div>")


def show_cards(result: Result, buffer: int, key: str) -> None:
    """Cards that move as TensorFlow has dealt them.

    ``result`` has either an ``order``, (n,), or batches; ``buffer`` is how many cards wait to be
    drawn, 0 where that is not shown.
    """
    batches = [value.tolist() for name, value in result.items() if name.startswith("batch")]
    if not batches:
        batches = [[card] for card in result["order"].tolist()]
    _move(data={"batches": batches, "buffer": buffer}, key=key)
