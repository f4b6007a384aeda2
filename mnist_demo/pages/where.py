"""Where am I? The drawing among test pictures, by what the last hidden layer makes of them."""

import base64
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from mnist_demo.datasets import CLASS_NAMES
from mnist_demo.errors import DatasetError, ModelVersionError
from mnist_demo.figures import draw_image
from mnist_demo.landscape import Landscape, survey
from mnist_demo.pages.canvas import show_as_drawing
from mnist_demo.pages.evaluate_data import TITLES
from mnist_demo.pages.evaluate_parts import show_gallery
from mnist_demo.pages.opening import open_on_draw_page
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.samples import get_dataset, load_samples
from mnist_demo.pages.subject import find_subject
from mnist_demo.pages.version_choice import get_version
from mnist_demo.pages.where_map import Drawn, Scene, draw_sheet, show_map
from mnist_demo.pages.where_tsne import show_tsne
from mnist_demo.store import Store, Version, open_store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader

NEIGHBOURS = 10
AXES, TSNE = "Principal axes", "t-SNE"
MAPS_HELP = (
    "Principal axes: the two directions in which the layer's numbers differ most; distances are "
    "true to them. t-SNE: keeps near what is near, and draws groups apart."
)
INVITATION = (
    "Nothing is drawn yet. Draw something on the page “Draw”, or choose a picture on the page "
    "“Pictures”, and here you see where it stands."
)


def show() -> None:
    """Draw the page: the map, then the pictures nearest to the drawing."""
    st.header("Where am I?", anchor=False)
    store = open_store()
    try:
        version = get_version(store)
        dataset = get_dataset(version)
        samples = load_samples(dataset)
        with st.spinner("Loading TensorFlow …"):
            reader = start_loading(version, store).result()
    except ModelVersionError as error:
        st.error(str(error), icon=":material/error:")
        return
    except DatasetError as error:
        st.warning(f"{error} The map is made of its test pictures.", icon=":material/warning:")
        return
    landscape, sheet = _survey(
        version.key, version.changed_ns, samples.fingerprint, reader, samples
    )
    scene = Scene(landscape, CLASS_NAMES[dataset], sheet, _read_drawing(reader, landscape))
    units = landscape.points.shape[1]
    st.write(
        f"Just before `{version.card.network}` decides, it has made {units:,} numbers of an image, "
        f"the output of `{landscape.layer}`. Here are {len(landscape.points):,} pictures of the "
        f"{TITLES[dataset]} by these numbers: what is near each other is alike to the network."
    )
    if scene.drawn is None:
        st.info(INVITATION, icon=":material/draw:")
    _show_map(scene, store, version)
    if scene.drawn is not None:
        _show_neighbours(scene, scene.drawn)
    _show_classes(scene)


@st.cache_resource(max_entries=4, show_spinner="The network reads the test pictures …")
def _survey(
    version_key: str, changed_ns: int, fingerprint: str, _reader: "Reader", _samples: Any
) -> tuple[Landscape, str]:
    """Landscape and the sheet of its pictures, by the version and the data."""
    landscape = survey(_reader.model, _samples)
    return landscape, draw_sheet(landscape)


def _read_drawing(reader: "Reader", landscape: Landscape) -> Drawn | None:
    subject = find_subject()
    if subject is None:
        return None
    point = reader.read(subject.image).activations[landscape.layer].ravel()
    return Drawn(point, landscape.find_neighbours(point, NEIGHBOURS))


def _show_map(scene: Scene, store: Store, version: Version) -> None:
    kind = st.segmented_control(
        "Map", [AXES, TSNE], default=AXES, required=True, key="where-kind", help=MAPS_HELP
    )
    landscape, drawn = scene.landscape, scene.drawn
    if kind == AXES:
        own = None if drawn is None else landscape.axes.place(drawn.point[np.newaxis])[0]
        show_map(scene, landscape.places, own)
        first, second = landscape.axes.shares
        st.caption(
            f"Across: the direction in which the numbers differ most, {first:.0%} of their "
            f"variance; up: the next one, {second:.0%}. The rest is not to be seen here, but "
            "counts for the distances."
        )
        return
    places = show_tsne(store, version, landscape)
    if places is not None:
        show_map(scene, places, None if drawn is None else drawn.near.place_among(places))
        st.caption(
            "Who is near whom counts; how far groups are apart, and their size, mean little. "
            f"Yours came after the map was made: it stands in the middle of its {NEIGHBOURS} "
            "nearest, the nearer ones counting more."
        )


def _show_neighbours(scene: Scene, drawn: Drawn) -> None:
    st.subheader("The pictures nearest to yours", anchor=False)
    first = drawn.near.distances[0]
    lonelier = np.mean(scene.landscape.nearest_others.distances > first)
    st.write(
        f"{scene.nearest} The first is {first:.2f} away; {lonelier:.0%} of the test pictures are "
        "farther from the one nearest to them."
    )
    st.caption("Choose one to put it through the layers on the draw page.")
    pairs = zip(drawn.near.indices.tolist(), drawn.near.distances.tolist(), strict=True)
    pictures = [_describe_picture(scene, index, distance) for index, distance in pairs]
    state = show_gallery(
        data={"pictures": pictures}, key="where-nearest", on_picked_change=lambda: None
    )
    picked = state.get("picked")
    if picked is not None:
        open_on_draw_page(show_as_drawing(scene.landscape.samples.pixels[int(picked)]))


def _describe_picture(scene: Scene, index: int, distance: float) -> dict[str, Any]:
    samples = scene.landscape.samples
    name = scene.names[samples.labels[index]]
    return {
        "index": index,
        "png": base64.b64encode(draw_image(samples.pixels[index][..., 0], "gray")).decode(),
        "text": f"label {name}\n{distance:.2f} away",
        "alt": f"Labelled {name}, {distance:.2f} away: put it on the draw page",
    }


def _show_classes(scene: Scene) -> None:
    """The map in numbers: who cannot see it reads what it is about."""
    with st.expander("The same in numbers"):
        head = ["Class", "Pictures", "Nearest other has the same label"]
        rows = [head, ["---", "---:", "---:"]]
        if scene.drawn is not None:
            rows = [[*head, "Distance of yours to their mean"], [*rows[1], "---:"]]
        agreement = scene.landscape.measure_agreement().tolist()
        for label, (name, share) in enumerate(zip(scene.names, agreement, strict=True)):
            members = scene.landscape.points[scene.landscape.samples.labels == label]
            if len(members):
                row = [name, str(len(members)), f"{share:.1%}"]
                if scene.drawn is not None:
                    away = np.linalg.norm(members.mean(axis=0) - scene.drawn.point)
                    row.append(f"{away:.2f}")
                rows.append(row)
        st.markdown("\n".join(f"| {' | '.join(row)} |" for row in rows))
