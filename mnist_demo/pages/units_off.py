"""What the network answers with one channel or unit switched off."""

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from mnist_demo.pages.engine import Engine
from mnist_demo.pages.subject import Subject, find_subject
from mnist_demo.pages.units_choice import Unit
from mnist_demo.pages.units_tested import Tested, answer_without

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reading

HEAD = ("", "As it is", "Without it")
NOTHING_DRAWN = (
    "Nothing is drawn yet. Draw something on the page “Draw”, or choose a picture on the page "
    "“Pictures”: here you see what is answered without this {kind}."
)


def show_switched_off(engine: Engine, unit: Unit, tested: Tested | None) -> None:
    """What becomes of the answer to the drawing, and of those to the test images."""
    st.subheader(f"{unit.title} of {unit.layer.name}, switched off", anchor=False)
    st.markdown(
        f"Its output is set to 0 {'in all pixels ' if unit.has_map else ''}before the next layer "
        "reads it."
    )
    rows: list[tuple[str, str, str]] = []
    subject = find_subject()
    if subject is None:
        st.info(NOTHING_DRAWN.format(kind=unit.kind), icon=":material/draw:")
    else:
        rows.append(("Your drawing", *_compare_answers(engine, unit, subject)))
    changes = ""
    if tested is not None:
        row, changes = _compare_accuracies(engine, unit, tested)
        rows.append(row)
    if rows:
        table = [HEAD, ("---",) * len(HEAD), *rows]
        st.markdown("\n".join(f"| {' | '.join(row)} |" for row in table))
        st.markdown(changes)


def _compare_answers(engine: Engine, unit: Unit, subject: Subject) -> tuple[str, str]:
    """Answer to the drawing and its probability, before and after."""
    from mnist_demo.inference import Reading

    classify = engine.layer(unit.layer.name).without(unit.number)
    logits, probabilities = classify(subject.image[np.newaxis])
    after = Reading(logits[0], probabilities[0], {}, engine.reader.refusal_threshold)
    before = engine.reader.read(subject.image)
    return _say_answer(engine, before), _say_answer(engine, after)


def _say_answer(engine: Engine, reading: "Reading") -> str:
    name, probability = engine.class_names[reading.digit], reading.probabilities[reading.digit]
    refusal = "refused; most probable: " if reading.is_refused else ""
    return f"{refusal}**{name}**, {probability:.1%}"


def _compare_accuracies(
    engine: Engine, unit: Unit, tested: Tested
) -> tuple[tuple[str, str, str], str]:
    """Row of the accuracies before and after, and a sentence on how many answers change."""
    labels, before = tested.samples.labels, tested.answers
    names = (engine.version.key, unit.layer.name, unit.number, tested.samples.fingerprint)
    after = answer_without(*names, engine, tested)
    accuracies = f"{np.mean(before == labels):.2%}", f"{np.mean(after == labels):.2%}"
    changed = int(np.sum(before != after))
    sentence = (
        f"{changed:,} of {len(labels):,} answers {'changes' if changed == 1 else 'change'}. "
        f"It is always the same {tested.sample_name}, chosen at random. "
        "The most probable class counts as the answer, refused or not."
    )
    return (f"Accuracy over {tested.sample_name}", *accuracies), sentence
