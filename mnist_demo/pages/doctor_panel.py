"""Why was mine misread? The drawing prepared in many ways, and what each version makes of it."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnist_demo.doctor import Answer, Diagnosis, Finding, diagnose
from mnist_demo.errors import DemoError
from mnist_demo.pages.map_pictures import gray_picture
from mnist_demo.pages.readers import start_loading
from mnist_demo.pages.version_choice import get_version
from mnist_demo.store import Store, Version

if TYPE_CHECKING:  # importing it loads TensorFlow
    from mnist_demo.inference import Reader

TOGGLE_KEY = "doctor_is_open"
STYLE = Path(__file__).parent / "doctor_panel.css"


def show_doctor_choice() -> None:
    """Toggle that opens `show_doctor`."""
    st.toggle(
        "Why was mine misread?",
        key=TOGGLE_KEY,
        help="Prepare your drawing in other ways, make its strokes thicker and thinner, turn and "
        "move it a little, and see which of that changes the answer.",
    )


def is_doctor_open() -> bool:
    """Whether the visitor wants the table."""
    return bool(st.session_state.get(TOGGLE_KEY))


def show_doctor(
    drawing_rgba: NDArray[np.uint8], store: Store, class_names: tuple[str, ...]
) -> None:
    """The table of changes and answers."""
    try:
        _show_diagnosis(diagnose(drawing_rgba, load_compared(store), class_names))
    except DemoError as error:
        st.error(str(error), icon=":material/error:")


def load_compared(store: Store) -> "dict[str, Reader]":
    """Readers of the version in use and of those that ship with the same network, by recipe.

    Raises ModelVersionError where one cannot be loaded.
    """
    current = get_version(store)
    shipped = [v for v in store.versions(current.card.network) if store.is_shipped(v)]
    compared = {current.key: current} | {version.key: version for version in shipped}
    futures = {_name(v, store): start_loading(v, store) for v in compared.values()}
    return {name: future.result() for name, future in futures.items()}


def _name(version: Version, store: Store) -> str:
    return version.card.recipe if store.is_shipped(version) else "yours"


def _show_diagnosis(diagnosis: Diagnosis) -> None:
    st.html(STYLE)
    summary = "".join(f"<li>{summarize(diagnosis, version)}</li>" for version in diagnosis.given)
    head = "".join(f"<th scope='col'>{version}</th>" for version in diagnosis.given)
    rows = "".join(_row(diagnosis, finding) for finding in diagnosis.findings)
    st.html(
        f"<ul class='doctor-summary'>{summary}</ul><div class='doctor'><table><thead><tr>"
        f"<th scope='col'>Picture</th><th scope='col'>What was done</th>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def summarize(diagnosis: Diagnosis, version: str) -> str:
    """What changes the answer of ``version``, in a sentence."""
    answer = diagnosis.given[version]
    verdict = "refuses it" if answer.is_refused else f"reads it as {answer.name}"
    given = f"<b>{version}</b> {verdict}"
    changing = diagnosis.changing(version)
    if not changing:
        return f"{given}, and nothing here changes that."
    others = sorted(
        {
            "a refusal" if other.is_refused else other.name
            for finding in diagnosis.findings
            if diagnosis.differs(finding, version) and (other := finding.answers[version])
        }
    )
    return (
        f"{given}; {len(changing)} of {len(diagnosis.findings) - 1} changes lead to "
        f"{' or '.join(others)} instead: {_join(changing)}."
    )


def _join(names: tuple[str, ...]) -> str:
    return ", ".join(name[0].lower() + name[1:] for name in names)


def _row(diagnosis: Diagnosis, finding: Finding) -> str:
    cells = "".join(
        _cell(answer, diagnosis.differs(finding, version))
        for version, answer in finding.answers.items()
    )
    return (
        f"<tr><td>{gray_picture(finding.treatment.image, 'The network’s image')}</td>"
        f"<th scope='row'>{finding.treatment.name}</th>{cells}</tr>"
    )


def _cell(answer: Answer, differs: bool) -> str:
    """The answer; where it is refused, what it would have been."""
    text = f"{answer.probability:.0%}"
    if answer.is_refused:
        text = f"refused ({answer.class_name}, {text})"
    note = "<small>changed</small>" if differs else ""
    kind = " class='changed'" if differs else ""
    return f"<td{kind}><b>{answer.name}</b> {text} {note}</td>"
