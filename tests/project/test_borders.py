"""The borders of the architecture: who knows Streamlit, who knows TensorFlow, who knows whom."""

import json
import re
import subprocess
import sys
import tomllib
from typing import Any

from mnist_demo.paths import PROJECT
from tests.project.imports import find_imports, find_modules, find_room, name_module

ENGINES = {"tensorflow", "keras"}
SLOW = {"scipy", "sklearn", "openTSNE"}  # a second or more, which the app's start does not wait for
LAZY_ENGINES = {  # import them in a function, when they are first needed
    "mnist_demo.app.runtime.streamlit_internals",
    "mnist_demo.share.export",
}
IMPORT_ALONE = """
import contextlib, importlib, json, os, sys
foreign, forbidden, modules = (argument.split() for argument in sys.argv[1:])
sys.modules.update(dict.fromkeys(forbidden))  # importing one is an error
for module in foreign:  # once for all
    with contextlib.suppress(ImportError):
        importlib.import_module(module)
for module in modules:  # each in a process that has imported nothing else of ours
    if (process := os.fork()) == 0:
        try:
            importlib.import_module(module)
        except ImportError as error:
            os.write(1, (json.dumps([module, str(error)]) + "\\n").encode())
        os._exit(0)
    os.waitpid(process, 0)
"""


def find_engines() -> set[str]:
    """Modules whose job is TensorFlow, as `pyproject.toml` names them to Ruff."""
    configuration = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    ignores = configuration["tool"]["ruff"]["lint"]["per-file-ignores"]
    patterns = [pattern for pattern, rules in ignores.items() if rules == ["TID253"]]
    return {name_module(path) for pattern in patterns for path in PROJECT.glob(pattern)}


def import_alone(modules: set[str], *forbidden: Any) -> dict[Any, Any]:
    """What went wrong when each was imported in a process of its own, by module."""
    foreign = {one.package for one in find_imports() if one.module in modules} - {"mnist_demo"}
    lists = [foreign - {"streamlit_drawable_canvas"}, forbidden, modules]
    command = [sys.executable, "-c", IMPORT_ALONE, *map(" ".join, lists)]
    result = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE)
    return dict(map(json.loads, result.stdout.splitlines()))


def test_importing_a_module_loads_no_engine() -> None:
    light = set(find_modules()) - find_engines()
    of_app = {module for module in light if find_room(module) == "app"}
    assert import_alone(of_app, *ENGINES, *SLOW) == {}
    assert import_alone(light - of_app, *ENGINES, *SLOW, "streamlit") == {}


def test_only_engines_import_tensorflow() -> None:
    importing = {one.module for one in find_imports() if one.package in ENGINES and not one.is_type}
    assert importing <= find_engines() | LAZY_ENGINES


def find_using(words: Any) -> Any:
    """Names of the app's modules in which these words stand."""
    app = PROJECT / "mnist_demo" / "app"
    return {path.name for path in app.rglob("*.py") if words in path.read_text("utf-8")}


def test_only_one_module_touches_the_session() -> None:
    assert find_using("st.session_state") == {"session.py"}


def test_no_fragment_stands_in_another() -> None:
    """`poll` says why: the stage, the place beside it, the sidebar's training, and an empty one."""
    stage, place, training = "stage.py", "places.py", "training_panel.py"
    empty = "streamlit_internals.py"
    assert find_using("st.fragment(") == {stage, place, training, empty}


def read_allowed() -> dict[str, set[str]]:
    """From a room to the rooms that it may import, of the table in docs/ARCHITECTURE.md."""
    text = (PROJECT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)(/|\.py)` \|.*\| ([^|]*) \|$", text, re.MULTILINE)
    files = {room for room, kind, _ in rows if kind == ".py"}
    allowed: dict[str, set[str]] = {}
    for room, _, imports in rows:  # what is imported stands above
        direct = set(allowed if room == "app" else re.findall(r"\w+", imports)) - {"nothing"}
        allowed[room] = files.union(direct, *(allowed[one] for one in direct))
    return allowed


def test_the_table_of_rooms_has_the_rooms_that_there_are() -> None:
    rooms = {find_room(module) for module in find_modules()} - {"mnist_demo"}
    assert set(read_allowed()) == rooms


def test_a_room_imports_only_what_it_may() -> None:
    allowed = read_allowed()
    ours = [one for one in find_imports() if one.target.startswith("mnist_demo.")]
    strays = {
        f"{one.module} imports {one.target}"
        for one in ours
        if one.module != "mnist_demo"  # its face
        and one.rooms[0] != one.rooms[1]
        and one.rooms[1] not in allowed[one.rooms[0]]
    }
    assert not strays
