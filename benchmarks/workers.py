"""Prints how fast two workers train one network together, against one of them alone.

Each worker is a process on a processor of its own, and has half of every batch;
`MultiWorkerMirroredStrategy` sums their gradients. No two machines are as near to each other. The
step is written out, as Keras's ``fit`` takes no arrays with this strategy.
"""

import argparse
import json
import os
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from benchmarks.browser import find_port

WARM_UP = 3  # steps, in which TensorFlow traces and connects


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.workers", description=__doc__)
    parser.add_argument("--batches", type=int, nargs="*", default=[64, 512, 4096])
    parser.add_argument("--images", type=int, default=65_536, help="trained on in each run")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker is not None:
        train(options.worker, options.batches[0], options.images)
        return
    print("| batch | images a second, one | two | times as fast | accuracy, one | two |")
    print(f"|{'---|' * 6}")
    for batch in options.batches:
        print(measure(batch, options.images, options.repeats), flush=True)


def measure(batch: int, images: int, repeats: int) -> str:
    """A row of the table: medians of runs that take turns."""
    runs = [[run_workers(count, batch, images) for count in (1, 2)] for _ in range(repeats)]
    (one, alone), (two, together) = np.median(runs, axis=0)
    cells = f"{batch:,} | {one:,.0f} | {two:,.0f} | {two / one:.2f} | {alone:.4f} | {together:.4f}"
    return f"| {cells} |"


def run_workers(count: int, batch: int, images: int) -> tuple[float, float]:
    """Images a second and test accuracy of a training by so many workers."""
    addresses = [f"127.0.0.1:{find_port()}" for _ in range(count)]
    command = [sys.executable, "-m", "benchmarks.workers", "--batches", str(batch)]
    workers = []
    for index in range(count):
        task = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        worker = subprocess.Popen(
            [*command, "--images", str(images), "--worker", str(index)],
            env=os.environ | {"TF_CONFIG": json.dumps(task)},
            stdout=subprocess.PIPE,
        )
        workers.append(worker)
    told = [worker.communicate()[0].splitlines()[-1] for worker in workers]
    speed, accuracy = json.loads(told[0])
    return speed, accuracy


def train(index: int, batch: int, images: int) -> None:
    """Train as one worker of those in TF_CONFIG, and print images a second and the accuracy."""
    os.sched_setaffinity(0, {index})  # before TensorFlow counts the processors
    import keras
    import tensorflow as tf

    from mnist_demo.data.catalogue import load_dataset
    from mnist_demo.networks import get_network

    strategy = tf.distribute.MultiWorkerMirroredStrategy()
    workers = strategy.num_replicas_in_sync
    keras.utils.set_random_seed(1)
    with strategy.scope():
        model = get_network("keras-cnn").build()
        optimizer = keras.optimizers.Adam()
        optimizer.build(model.trainable_variables)
    compute_loss = keras.losses.SparseCategoricalCrossentropy()

    @tf.function  # type: ignore[untyped-decorator]
    def train_step(pixels: tf.Tensor, labels: tf.Tensor) -> None:
        def step(pixels: tf.Tensor, labels: tf.Tensor) -> None:
            with tf.GradientTape() as tape:
                loss = compute_loss(labels, model(pixels, training=True)) / workers
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)  # sums them over the workers

        strategy.run(step, args=(pixels, labels))

    dataset = load_dataset("mnist")
    random = np.random.default_rng(1)  # the same in all workers
    for step in range(WARM_UP + images // batch):
        if step == WARM_UP:
            start_s = time.monotonic()
        rows = random.integers(0, len(dataset.train_labels), batch)[index::workers]
        train_step(tf.constant(dataset.train_images[rows]), tf.constant(dataset.train_labels[rows]))
    speed = images // batch * batch / (time.monotonic() - start_s)
    batches = np.split(dataset.test_images, 10)
    answers = np.concatenate([model(images).numpy().argmax(axis=1) for images in batches])
    print(json.dumps([speed, float(np.mean(answers == dataset.test_labels))]))


if __name__ == "__main__":
    main()
