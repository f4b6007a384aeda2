"""What is it like? The drawing among test pictures, by what the last hidden layer makes of them."""

import numpy as np
import streamlit as st

from mnist_demo.app.numbers import percent
from mnist_demo.app.places.evaluate.evaluate_parts import show_gallery
from mnist_demo.app.places.question.case import Case
from mnist_demo.app.places.where.where_map import PictureMap
from mnist_demo.app.runtime.background import Wording, work_at_once
from mnist_demo.app.runtime.engine import Engine
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.samples import get_dataset, load_samples
from mnist_demo.app.stage.canvas import content_of_sample
from mnist_demo.app.stage.scene import put_on_stage
from mnist_demo.app.trouble import show_warning
from mnist_demo.data.samples import ImageSamples
from mnist_demo.errors import DatasetError
from mnist_demo.explain.embedding import TsneMap, embed_by_tsne
from mnist_demo.explain.landscape import (
    Landscape,
    Neighbours,
    choose_images,
    find_kept_map,
    keep_map,
    survey,
)
from mnist_demo.figures.pixels import encode_image
from mnist_demo.language import N_, _
from mnist_demo.progress import OnCount

NEIGHBOURS = 10
WORDING = Wording(
    N_("The map"),
    N_("Make the map"),
    N_(
        "The network reads the test pictures, and t-SNE arranges them, which takes a few seconds. "
        "The map is kept for this version. You and others can go on drawing meanwhile."
    ),
    N_("steps"),
    ":material/scatter_plot:",
)
HINT = N_(
    "Point at a number to see its picture, or go from one to the next with the arrow keys. The "
    "cross is yours, with lines to the pictures nearest to it. t-SNE has arranged the pictures by "
    "the numbers that the last hidden layer makes of them: what is near what counts; the size of "
    "groups and how far apart they are mean little."
)


def show(case: Case) -> None:
    """The map, and beside it the pictures nearest to the drawing."""
    version, dataset = case.engine.version, get_dataset(case.engine.version)
    try:
        samples = load_samples(dataset.name)
    except DatasetError as error:
        text = _("{error} The map is made of its test pictures.").format(error=error)
        show_warning(text)
        return
    key = version.key, version.changed_ns, samples.fingerprint
    picture_map = work_at_once(
        "where", key, WORDING, lambda on_count: _make_map(*key, case.engine, samples, on_count)
    )
    if picture_map is None:
        return
    landscape = picture_map.landscape
    point = case.reading.activations[landscape.layer].ravel()
    near = landscape.find_neighbours(point, NEIGHBOURS)
    summary = summarize(landscape, near, case.class_names)
    st.markdown(summary)
    left, right = st.columns([4, 1], gap="medium")
    with left:
        picture_map.show(point, near, case.class_names, summary)
        st.caption(_(HINT))
    with right:
        _show_neighbours(landscape, near, case)


@st.cache_resource(max_entries=4, show_spinner=False)
def _make_map(
    version_key: str,
    changed_ns: int,
    fingerprint: str,
    _engine: Engine,
    _samples: ImageSamples,
    _on_count: OnCount,
) -> PictureMap:
    few, layer = choose_images(_samples), _engine.reader.layer("logits").source
    landscape = survey(layer, few, _engine.reader.read_layer(layer, few.pixels))
    store, version = open_store(), _engine.version
    positions = find_kept_map(store, version, landscape)
    if positions is None:
        positions = embed_by_tsne(landscape.points, landscape.positions, _on_count)
        keep_map(store.cache("maps"), version, landscape, positions)
    tsne = TsneMap(landscape.points, positions)
    return PictureMap(landscape, tsne)


def summarize(landscape: Landscape, near: Neighbours, names: tuple[str, ...]) -> str:
    """How the nearest pictures are labelled, and how unusual it is to be as far from them."""
    counts = np.bincount(landscape.samples.labels[near.indices], minlength=len(names))
    order = [label for label in np.argsort(-counts, kind="stable").tolist() if counts[label]]
    listed = _(", ").join(f"{names[label]} ({counts[label]}×)" for label in order)
    closer = float(np.mean(landscape.nearest_others.distances < near.distances[0]))
    return _(
        "To the network it is more unusual than {part} of the test pictures, whose nearest "
        "neighbours are closer. Labels of the {count} pictures nearest to it: {labels}."
    ).format(part=percent(closer, 0), count=len(near.indices), labels=listed)


def _show_neighbours(landscape: Landscape, near: Neighbours, case: Case) -> None:
    st.caption(_("The nearest; choose one to put it on the stage."))
    pixels, labels = landscape.samples.pixels, landscape.samples.labels
    pictures = []
    for index, distance in zip(near.indices.tolist(), near.distances.tolist(), strict=True):
        text = _("{name}, distance {distance}").format(
            name=case.class_names[labels[index]], distance=f"{distance:.1f}"
        )
        png = encode_image(pixels[index])
        alt = _("Labelled {text}: put it on the stage").format(text=text)
        pictures.append({"index": index, "png": png, "text": text, "alt": alt})
    index = show_gallery(pictures, "where-nearest", len(labels)).get("picked")
    if index is not None:
        label = case.engine.class_names[labels[index]]
        put_on_stage(content_of_sample(pixels[index], label=label))
