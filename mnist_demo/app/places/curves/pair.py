"""Two versions side by side: what they make of the drawing, and their first layers' kernels."""

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from mnist_demo.app.components.map_pictures import MAPS_STYLE
from mnist_demo.app.numbers import percent, significant
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.app.sidebar.version_choice import name_version
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.app.templates import render
from mnist_demo.app.trouble import show_error
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import ModelVersionError
from mnist_demo.explain.kernels import find_first_kernels, root_mean_square
from mnist_demo.figures.pixels import choose_grid, tile
from mnist_demo.figures.signed_scale import COLOURS, SignedScale
from mnist_demo.language import _
from mnist_demo.versions.card import Version
from mnist_demo.versions.store import Store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.reading.reader import Reader

STYLES = (Path(__file__).parent / "bars.css", Path(__file__).parent / "kernels.css", MAPS_STYLE)


def show_pair(store: Store, versions: list[Version]) -> None:
    """A switch, and where it is on, the two versions side by side."""
    is_wanted = st.toggle(
        _("Compare the two versions"),
        key="compare-versions",
        help=_("What both make of your drawing, and how far apart their first layers are."),
    )
    if not is_wanted:
        return
    loading = [start_loading(version, store) for version in versions]
    try:
        with st.spinner(_("Loading the networks …")):
            readers = [one.result() for one in loading]
    except ModelVersionError as error:
        show_error(error)
        return
    for style in STYLES:
        st.html(style)
    titles = [name_version(version, store) for version in versions]
    _show_answers(store, versions, readers, titles)
    _show_kernels(readers, titles)


def _show_answers(
    store: Store, versions: list[Version], readers: list["Reader"], titles: list[str]
) -> None:
    image = see(find_source(store)).image
    if image is None:
        st.caption(_("Draw something: both versions read it."))
        return
    for column, version, reader, title in zip(
        st.columns(2), versions, readers, titles, strict=True
    ):
        names = tuple(map(_, DATASETS[version.card.dataset].classes))
        reading = reader.read(image)
        text = _("**{version}** reads it as **{answer}**, {sure}.")
        if reading.is_rejected:
            text = _("**{version}** rejects it; **{answer}** is nearest, {sure}.")
        sure = percent(float(reading.probabilities.max()))
        column.markdown(text.format(version=title, answer=names[reading.digit], sure=sure))
        column.html(render("bars", names=names, probabilities=reading.probabilities, zip=zip))


def _show_kernels(readers: list["Reader"], titles: list[str]) -> None:
    one, other = (find_first_kernels(reader.weights) for reader in readers)
    if one is None or other is None or one.shape != other.shape:
        st.caption(_("Their first layers have different shapes: their kernels cannot be compared."))
        return
    scale = SignedScale.over([one, other])
    columns, _rows = choose_grid(one.shape[2])
    pictures = [
        (title, scale.draw(tile(kernels, columns)))
        for title, kernels in zip(titles, (one, other), strict=True)
    ]
    st.html(render("kernels", pictures=pictures, shape=one.shape, scale=scale))
    text = _(
        "The first layers' kernels. Root mean square of their weights: {one} and {other}; of the "
        "differences: {difference}. Kernels in the same place have something in common only where "
        "both training runs began with the same seed."
    )
    sizes = [significant(root_mean_square(values)) for values in (one - other, one, other)]
    st.caption(text.format(difference=sizes[0], one=sizes[1], other=sizes[2]) + f" {_(COLOURS)}")
