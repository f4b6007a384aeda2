"""One step: a batch of training laid open, its losses, gradients and what the optimizer does."""

import math
from concurrent.futures import wait
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.app.numbers import percent
from mnist_demo.app.places.sections import link_to
from mnist_demo.app.places.step.step_batch import show_batch
from mnist_demo.app.places.step.step_course import show_course, show_verdict
from mnist_demo.app.places.step.step_settings import FACTORS, VERSION, Settings, choose_settings
from mnist_demo.app.places.step.step_weights import show_weights
from mnist_demo.app.runtime.background import Wording, show_state
from mnist_demo.app.runtime.own import open_store
from mnist_demo.app.runtime.own_training import OwnTraining, find_training, let_go
from mnist_demo.app.runtime.readers import start_loading
from mnist_demo.app.runtime.samples import load_training_samples
from mnist_demo.app.sidebar.version_choice import get_network_name, get_version
from mnist_demo.app.stage.scene import find_source, see
from mnist_demo.app.trouble import show_error
from mnist_demo.data.catalogue import DATASETS
from mnist_demo.errors import DemoError
from mnist_demo.language import N_, _
from mnist_demo.networks import Network, get_network
from mnist_demo.versions.store import Store

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.one_step.trainer import Trainer

INTRODUCTION = N_(
    "Training is one step, again and again: the network reads a batch of pictures, the loss says "
    "how wrong it was, the gradient says which way each weight makes that worse, and the "
    "optimizer takes a step the other way. Take steps, and look into the last one. These weights "
    "are yours alone: the version in use stays as it is."
)
STEPS = {1: N_("Take a step"), 10: N_("Take 10 steps"), 100: N_("Take 100 steps")}
WORDING = Wording(N_("The training"), units=N_("steps"))
PATIENCE_S = 1.0  # what takes no longer shows no progress


def show() -> None:
    """Draw the section."""
    store, network = open_store(), get_network(get_network_name())
    source = find_source(store)
    st.caption(_(INTRODUCTION))
    try:
        settings = choose_settings(network, store)
        with st.spinner(_("Loading TensorFlow …")):
            wait([source.reader])  # which loads it, in a thread of its own
        begin = partial(_begin, network, settings, store)
        training = find_training(settings.beginning, begin)
    except DemoError as error:
        show_error(error)
        return
    _show_buttons(training, settings)
    show_state(training.place, WORDING, "step")
    names = tuple(map(_, DATASETS[network.dataset].classes))
    _show_answer(training.trainer, see(source).image, names)
    step = training.trainer.last
    if step is None:
        st.info(_("Take a step to see here what it changes."), icon=":material/footprint:")
        return
    optimizer, course = training.trainer.recipe.optimizer, training.trainer.course
    show_verdict(optimizer, step, course)
    show_course(network, course)
    show_batch(step, DATASETS[network.dataset].classes)
    show_weights(optimizer, step)
    link_to("learn", _("Learn more about steps downhill"), {"chapter": "descent"})


def _begin(network: Network, settings: Settings, store: Store) -> "Trainer":
    """A training at its first weights; DemoError where these or the pictures cannot be had."""
    from mnist_demo.one_step.trainer import Trainer, scale_weights

    samples = load_training_samples(network.dataset)
    beginning = settings.beginning
    with st.spinner(_("Loading the network …")):
        if beginning.start == VERSION:
            model = start_loading(get_version(store), store).result().model
        else:
            model = network.build()
            scale_weights(model, FACTORS[beginning.start])
        own = network.default_recipe
        recipe = replace(own, optimizer=beginning.optimizer, loss=beginning.loss)
        return Trainer(network, recipe, model, samples)


def _show_buttons(training: OwnTraining, settings: Settings) -> None:
    place = training.place
    with st.container(horizontal=True):
        # Asked here and not in a callback: a click may come before the last choice has arrived.
        asked = [
            steps
            for steps, label in STEPS.items()
            if st.button(
                _(label),
                key=f"step-take-{steps}",
                icon=":material/footprint:",
                type="primary" if steps == 1 else "secondary",
                disabled=place.is_running,
                help=_("Each step learns from another batch, drawn at random."),
            )
        ]
        st.button(
            _("Start over"),
            key="step-start-over",
            icon=":material/restart_alt:",
            on_click=let_go,
            help=_("Begin again with the first weights."),
        )
    if asked and not place.is_running:
        numbers = (asked[0], settings.batch_size, settings.learning_rate)
        task = place.start("step", partial(training.trainer.run, *numbers))
        with st.spinner(_("Taking steps …")):
            task.wait(PATIENCE_S)
        if place.is_running:
            st.rerun()  # with buttons that wait, too


def _show_answer(
    trainer: "Trainer", image: NDArray[np.float32] | None, names: tuple[str, ...]
) -> None:
    """What the network makes of the drawing on the stage, before and after the last step."""
    if image is None:
        st.caption(_("Draw something, to see what each step changes for your drawing."))
        return
    before, now = trainer.answer(image)
    answers = {"now": _describe(now, names)}
    text = _("With these weights your drawing is {now}.")
    if before is not None:
        answers["before"] = _describe(before, names)
        text = _("Before this step your drawing was {before}. After it, it is {now}.")
    st.markdown(text.format(**answers))


def _describe(probabilities: NDArray[np.float32], names: tuple[str, ...]) -> str:
    digit = int(probabilities.argmax())
    sure = float(probabilities[digit])
    if math.isnan(sure):
        return _("read as nothing, for the probabilities are no longer numbers")
    return _("read as {answer}").format(answer=f"**{names[digit]}**, {percent(sure)}")
