"""Make the t-SNE maps that ship: ``python -m mnist_demo.explain``, for all versions that ship."""

import argparse
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up chatter

from mnist_demo.data.samples import load_test_set
from mnist_demo.errors import DemoError
from mnist_demo.explain.embedding import embed_by_tsne
from mnist_demo.explain.landscape import (
    SHIPPED_MAPS,
    choose_images,
    find_kept_map,
    keep_map,
    survey,
)
from mnist_demo.versions.cache import Cache
from mnist_demo.versions.store import open_store


def make_missing_maps() -> None:
    """Make a map for each shipped version that has none, a quarter of a minute each."""
    from mnist_demo.reading.reader import load_version

    store = open_store()
    for version in filter(store.is_shipped, store.versions()):
        reader, samples = load_version(version, store), load_test_set(version.card.dataset)
        few, layer = choose_images(samples), reader.layer("logits").source
        landscape = survey(layer, few, reader.read_layer(layer, few.pixels))
        if find_kept_map(store, version, landscape) is None:
            positions = embed_by_tsne(landscape.points, landscape.positions)
            keep_map(Cache(SHIPPED_MAPS), version, landscape, positions)
            print(f"Map of {version.name}.")


def main(arguments: list[str] | None = None) -> int:
    """Program: exit code 0, or 1 after one sentence on what went wrong."""
    argparse.ArgumentParser(prog="python -m mnist_demo.explain", description=__doc__).parse_args(
        arguments
    )
    try:
        make_missing_maps()
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
