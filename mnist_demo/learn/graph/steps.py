"""What the chapter on graphs and sessions runs."""

import numpy as np
import tensorflow as tf

from mnist_demo.learn.step import Range, Step


def plan_and_run(drawing: tf.Tensor, a: float = 2.0, b: float = 3.0) -> dict[str, object]:
    """A graph with two placeholders, and what a session computes of it."""
    with tf.Graph().as_default():
        first = tf.compat.v1.placeholder(tf.float32, name="a")
        second = tf.compat.v1.placeholder(tf.float32, name="b")
        total = first * second + 1
        with tf.compat.v1.Session() as session:
            result = session.run(total, feed_dict={first: a, second: b})
    return {"before the session": str(total), "from the session": result}


def forget_to_start(drawing: tf.Tensor) -> dict[str, object]:
    """A dense layer of TensorFlow 1: its variables are empty until their initializers have run."""
    with tf.Graph().as_default():
        image = tf.compat.v1.placeholder(tf.float32, [None, 784], name="image")
        start = tf.random.stateless_normal([784, 3], [1, 2], stddev=0.1)
        weights = tf.compat.v1.get_variable("weights", initializer=start, use_resource=False)
        scores = image @ weights
        initializer = tf.compat.v1.global_variables_initializer()
        feed = {image: np.reshape(drawing, (1, 784))}
        with tf.compat.v1.Session() as session:
            try:
                session.run(scores, feed)
            except tf.errors.FailedPreconditionError as error:
                lines = error.message.splitlines()
            session.run(initializer)
            result = session.run(scores, feed)
    message = next(line for line in lines if "uninitialized" in line)
    return {"too early": message, "after the initializer": result}


def draw_graph(drawing: tf.Tensor) -> dict[str, object]:
    """All operations of a layer's graph: what each is, and what it gets its numbers from."""
    graph = tf.Graph()
    with graph.as_default():
        image = tf.compat.v1.placeholder(tf.float32, [None, 784], name="image")
        weights = tf.compat.v1.placeholder(tf.float32, [784, 10], name="weights")
        bias = tf.compat.v1.placeholder(tf.float32, [10], name="bias")
        product = tf.matmul(image, weights, name="product")
        scores = tf.add(product, bias, name="scores")
        tf.nn.relu(scores, name="outputs")
    lines = [
        f"  {source.op.name} -> {operation.name}"
        for operation in graph.get_operations()
        for source in operation.inputs
    ]
    return {"graph": "\n".join(["digraph {", "  rankdir=LR", *lines, "}"])}


def count_traces(drawing: tf.Tensor, sizes: int = 3) -> dict[str, object]:
    """How often Python runs a function, called twice each with 1, 2, ... pictures."""
    traces: dict[str, list[object]] = {"any shape": [], "open shape": []}

    @tf.function
    def darken(images: tf.Tensor) -> tf.Tensor:
        traces["any shape"].append(images.shape)  # Python: only while the graph is made
        return images / 2

    @tf.function(input_signature=[tf.TensorSpec([None, 28, 28, 1], tf.float32)])
    def darken_any(images: tf.Tensor) -> tf.Tensor:
        traces["open shape"].append(images.shape)
        return images / 2

    for pictures in [*range(1, sizes + 1)] * 2:
        batch = tf.stack([drawing] * pictures)
        darken(batch)
        darken_any(batch)
    return {
        "calls": 2 * sizes,
        "graphs made": len(traces["any shape"]),
        "of shapes": ", ".join(map(str, traces["any shape"])),
        "graphs made with a signature": len(traces["open shape"]),
    }


def compare_ways(drawing: tf.Tensor, units: int = 3) -> dict[str, object]:
    """One layer on your drawing: as a session, as a function, and line by line."""
    weights = tf.random.stateless_normal([784, units], [1, 2], stddev=0.1).numpy()
    row = np.reshape(drawing, (1, 784))
    with tf.Graph().as_default():
        image = tf.compat.v1.placeholder(tf.float32, [None, 784])
        outputs = tf.nn.relu(image @ weights)
        with tf.compat.v1.Session() as session:
            from_session = session.run(outputs, {image: row})

    @tf.function
    def layer(image: tf.Tensor) -> tf.Tensor:
        return tf.nn.relu(image @ weights)

    return {
        "session": from_session,
        "tf.function": layer(row),
        "line by line": tf.nn.relu(tf.matmul(row, weights)),
    }


STEPS = (
    Step(plan_and_run, {"a": Range(-5.0, 5.0, 0.5), "b": Range(-5.0, 5.0, 0.5)}),
    Step(forget_to_start),
    Step(draw_graph),
    Step(count_traces, {"sizes": Range(1, 5, 1)}),
    Step(compare_ways, {"units": Range(1, 10, 1)}),
)
