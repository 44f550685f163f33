"""The house: rooms import only from rooms below, and each library has one home."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "archcompiler"

FLOORS = [
    {"collection", "ending", "locking", "processes"},
    {"interrupts"},
    {"diagnostics", "separated", "shapes", "writing"},
    {"tabular"},
    {"ops"},
    {"language"},
    {"formatting", "graph"},
    {"backends.keras_model", "backends.keras_source", "counting", "figures"},
    {"architecture", "layers", "models", "units"},
    {"claims", "reading"},
    {"checking", "transplanting"},
    {"alignment", "auditing"},
    {"porting", "reports"},
    {"editor", "pages", "assistants", "starting", "testing", "training"},
    {"cli"},
]
"""From the ground up."""

HOMES = {
    "yaml": {"language"},
    "networkx": {"graph"},
    "jinja2": {"backends.keras_source", "pages"},
    "keras": {
        "backends.keras_model",
        "models",
        "transplanting",
        "reading",
        "training",
    },
    "onnx": {"models", "training"},
    "onnxruntime": {"training"},
    "tensorflow": {"training"},
    "jax": {"training"},
    "sklearn": {"training"},
    "matplotlib": {"training"},
    "optuna": {"training"},
    "vl_convert": {"figures"},
    "pytest": {"testing"},
    "lsprotocol": {"editor"},
    "mcp": {"assistants"},
    "pygls": {"editor"},
}

TANGLED = {"training"}
"""Its devices run tasks, and its tasks ask for devices."""

FACES = {"__init__", "__main__"}
"""The package's own face and its entry point only hand names on."""


def room_of(module: str) -> str:
    """Return the room of a module given by its path below the package."""
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "backends" else parts[0]


def statements(node: ast.AST) -> Iterator[ast.AST]:
    """Return the statements that run within a node; not those for type checkers."""
    for part in ("body", "handlers", "orelse", "finalbody", "cases"):
        for inner in getattr(node, part, ()):
            if isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING":
                continue
            yield inner
            yield from statements(inner)


def imports(path: Path, *, types: bool = False) -> list[tuple[str, int]]:
    """Return what a file imports at run time, or for `types`, too, with its lines."""
    return read_imports(path)[types]


@cache
def read_imports(path: Path) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return what a file imports at run time, and what for types, too."""
    tree = ast.parse(path.read_text("utf-8"))
    return named(path, statements(tree)), named(path, ast.walk(tree))


def named(path: Path, nodes: Iterable[ast.AST]) -> list[tuple[str, int]]:
    """Return the names that some statements of a file import, with their lines."""
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            found.append((node.module or "", node.lineno))
    return found


@cache
def files() -> list[Path]:
    """Return every Python file of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """Return a file's module below the package."""
    relative = path.relative_to(PACKAGE).with_suffix("")
    return ".".join(relative.parts).removesuffix(".__init__")


FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def imports_of(room: str) -> Iterator[tuple[str, str]]:
    """Yield where the files of a room import something, and what."""
    for path in files():
        if room_of(module_of(path)) == room:
            yield from ((f"{path}:{line}", name) for name, line in imports(path))


ROOMS = sorted({room_of(module_of(path)) for path in files()})


@pytest.mark.thorough
@pytest.mark.parametrize("room", sorted({*ROOMS} - FACES - {"", "backends"}))
def test_a_room_imports_only_from_rooms_below(room):
    for place, name in imports_of(room):
        if not name.startswith("archcompiler."):
            continue
        other = room_of(name.removeprefix("archcompiler."))
        if other != room:
            assert FLOOR_OF[other] < FLOOR_OF[room], f"{place}: {room} imports {other}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_library_is_imported_only_in_its_home(room):
    for place, name in imports_of(room):
        library = name.split(".")[0]
        if library in HOMES:
            assert room in HOMES[library], f"{place} imports {library}"


def test_every_room_has_a_floor():
    assert {*ROOMS} - FACES - {"", "backends"} == set(FLOOR_OF)


def arrows() -> Iterator[tuple[str, str]]:
    """Yield each module of the package with each that it imports, for types too."""
    for path in files():
        for name, _ in imports(path, types=True):
            if name.startswith("archcompiler."):
                yield module_of(path), name.removeprefix("archcompiler.")


def circles(edges: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the ways that lead back to where they begin."""
    import networkx as nx

    return list(nx.simple_cycles(nx.DiGraph(list(edges))))


@pytest.mark.thorough
def test_imports_make_no_circle():
    assert circles(arrows()) == []


def halls() -> list[str]:
    """Return the folders of the package that hold folders of modules."""
    folders = {path.parent.parent for path in files() if path.parent != PACKAGE}
    names = {".".join(each.relative_to(PACKAGE).parts) for each in folders}
    return sorted(names - {""} - TANGLED)


@pytest.mark.thorough
@pytest.mark.parametrize("hall", halls())
def test_rooms_within_a_room_make_no_circle(hall):
    depth = hall.count(".") + 2
    rooms = [
        tuple(".".join(module.split(".")[:depth]) for module in arrow)
        for arrow in arrows()
        if all(module.startswith(f"{hall}.") for module in arrow)
    ]
    assert circles((a, b) for a, b in rooms if a != b) == []
