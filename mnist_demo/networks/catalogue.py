"""The catalogue of networks: names and recipes of the lessons, read without TensorFlow."""

from dataclasses import replace

from mnist_demo.language import N_
from mnist_demo.networks.recipe import AUGMENTATION, Deferred, Network, Recipe

LESSONS_PACKAGE = "mnist_demo.networks.lessons"
FIT_IN_MEMORY = Deferred("mnist_demo.networks.training_loop", "fit_in_memory")
FIT_ROBUST = Deferred("mnist_demo.networks.robust.training", "fit_robust")


def _of_lesson(module: str, function: str) -> Deferred:
    return Deferred(f"{LESSONS_PACKAGE}.{module}", function)


CONVNET = Network(
    "convnet",
    N_("Large convolutional network"),
    "mnist",
    _of_lesson("convnet", "build"),
    (
        Recipe(
            "plain",
            N_("As in the tutorial"),
            _of_lesson("convnet", "fit"),
            batch_size=128,
            steps=200,
            report_every=10,
            about=N_("With the tutorial's layers, loop and numbers."),
        ),
        Recipe(
            "fast",
            N_("Trained fast"),
            FIT_IN_MEMORY,
            batch_size=64,
            steps=200,
            learning_rate=0.003,
            schedule="cosine",
            report_every=10,
            duration_s=7,
            about=N_("With small batches, and a learning rate that rises and falls."),
        ),
    ),
    about=N_("Two layers look for small shapes, then a wide dense layer: 1.7 million weights."),
)

FASHION = Network(
    "fashion",
    N_("Clothing network"),
    "fashion-mnist",
    _of_lesson("fashion", "build"),
    (
        Recipe(
            "plain",
            N_("As in the tutorial"),
            _of_lesson("fashion", "fit"),
            batch_size=128,
            epochs=20,
            report_every=67,
            about=N_("With the tutorial's layers, loop and numbers."),
        ),
        Recipe(
            "fast",
            N_("Trained fast"),
            FIT_IN_MEMORY,
            batch_size=256,
            epochs=9,
            learning_rate=0.003,
            schedule="cosine",
            duration_s=13,
            about=N_("With larger batches, and a learning rate that rises and falls."),
        ),
    ),
    about=N_("Five dense layers that know ten kinds of clothing, and no digits."),
)

KERAS_CNN = Network(
    "keras-cnn",
    N_("Convolutional network"),
    "mnist",
    _of_lesson("keras_cnn", "build"),
    (
        Recipe(
            "plain",
            N_("As in the tutorial"),
            _of_lesson("keras_cnn", "fit"),
            batch_size=32,
            epochs=5,
            averaging=0.999,  # the last weights read 0.987 to 0.991, by the luck of the last steps
            about=N_(
                "With the tutorial's layers, loop and numbers, and an average of its weights."
            ),
        ),
        Recipe(
            "robust",
            N_("Reads everybody's handwriting"),
            FIT_ROBUST,
            batch_size=256,
            epochs=30,
            steps=480,
            learning_rate=0.003,
            schedule="cosine",
            averaging=0.999,
            rejection_threshold=0.0,
            fixed=("loss", *AUGMENTATION),  # it changes its images in ways of its own
            about=N_(
                "Trained on drawings in many handwriting styles; it rejects what is not a digit."
            ),
        ),
        Recipe(
            "fast",
            N_("Trained fast"),
            FIT_IN_MEMORY,
            batch_size=64,
            epochs=3,
            learning_rate=0.003,
            schedule="cosine",
            duration_s=62,
            about=N_("With larger batches, and a learning rate that rises and falls."),
        ),
    ),
    default_version="robust",
    about=N_(
        "Three layers look for small shapes all over the picture, then a dense layer decides."
    ),
)

THREE_LAYER_PLAIN = Recipe(
    "plain",
    N_("As in the tutorial"),
    _of_lesson("three_layer", "fit"),
    batch_size=64,
    steps=1000,
    averaging=0.99,  # with the last weights the accuracy depends on the luck of the last batches
    report_every=100,
    about=N_("With the tutorial's layers, loop and numbers, and an average of its weights."),
)
THREE_LAYER = Network(
    "three-layer",
    N_("Dense network"),
    "mnist",
    _of_lesson("three_layer", "build"),
    (
        THREE_LAYER_PLAIN,
        replace(
            THREE_LAYER_PLAIN,
            name="long",
            title=N_("Trained longer"),
            steps=10_000,
            about=N_("For 10,000 steps instead of 1,000."),
        ),
        Recipe(
            "fast",
            N_("Trained fast"),
            FIT_IN_MEMORY,
            batch_size=256,
            steps=170,
            learning_rate=0.012,
            schedule="cosine",
            report_every=20,
            duration_s=1,
            about=N_("With larger batches, and a learning rate that rises and falls."),
        ),
    ),
    about=N_("Three layers: every unit sees all pixels at once."),
)

VARIABLES_PLAIN = Recipe(
    "plain",
    N_("As in the tutorial"),
    _of_lesson("variables", "fit"),
    batch_size=128,
    epochs=10,
    optimizer="sgd",
    learning_rate=0.001,
    loss="mean_squared_error",
    report_every=67,
    about=N_("With the tutorial's layers, loop and numbers, for 10 epochs."),
)
VARIABLES = Network(
    "variables",
    N_("Dense network by hand"),
    "mnist",
    _of_lesson("variables", "build"),
    (
        VARIABLES_PLAIN,
        replace(
            VARIABLES_PLAIN,
            name="long",
            title=N_("Trained longer"),
            epochs=50,
            about=N_("For 50 epochs, as the tutorial's accuracy needs."),
        ),
        replace(
            VARIABLES_PLAIN,
            name="fast",
            title=N_("Trained fast"),
            about=N_("With momentum, and a learning rate that rises and falls."),
            fit=FIT_IN_MEMORY,
            epochs=1,
            steps=150,
            optimizer="momentum",
            learning_rate=0.2,
            schedule="cosine",
        ),
    ),
    tutorial="long",  # whose 50 epochs the tutorial's accuracy is reached with
    default_version="fast",
    about=N_("Three dense layers, computed with TensorFlow's variables alone."),
)

LESSONS = {lesson.name: lesson for lesson in (CONVNET, FASHION, KERAS_CNN, THREE_LAYER, VARIABLES)}
