"""Completion: what may stand where something is typed."""

from collections.abc import Iterable, Iterator
from functools import cache

from archcompiler.diagnostics import scalar
from archcompiler.editor.answers import Completion, Completions
from archcompiler.editor.describing import choices_of, summary
from archcompiler.editor.documents import View
from archcompiler.editor.guessing import Typed, typed_at
from archcompiler.editor.lookup import known_to
from archcompiler.editor.names import Known, Name
from archcompiler.editor.occurrences import occurrences
from archcompiler.editor.positions import Position
from archcompiler.editor.schemas import schemas_at
from archcompiler.language.expressions import ATTRIBUTES, FUNCTIONS
from archcompiler.language.expressions.naming import REPETITION
from archcompiler.language.loading.places import shipped_blocks, shipped_specs
from archcompiler.language.program.headings import meanings
from archcompiler.language.spec.spec import CALL_WORDS
from archcompiler.language.text.document import Mapping, Scalar
from archcompiler.ops.table import OPS, WORDS

Items = Iterator[Completion]

_EDITS = ("replace", "insert after", "insert before")
_BODIES = ("sequence", "then", "branches", "merge")


def complete(view: View, position: Position) -> Completions:
    """Return what may stand at a position, the likeliest first."""
    typed = typed_at(view, position)
    if typed is None:
        return Completions(position, [])
    known = known_to(view)
    found = occurrences(typed.root, known)
    steps = [each.name for each in found if each.name.kind == "step" and each.defines]
    hole = _open_hole(typed.before)
    if hole is not None:
        items = _in_hole(typed, known, steps, hole)
        start = Position(position.line, position.column - len(_word(hole)))
        return Completions(start, _distinct(items))
    items = _items(view, typed, known, steps)
    start = Position(position.line, position.column - len(typed.before))
    plain = typed.cell.plain
    return Completions(start, _distinct(_written(each, plain) for each in items))


def _written(item: Completion, plain: bool) -> Completion:
    """Return a completion with the quotes that its text wants."""
    return item._replace(text=item.text or (scalar(item.label) if plain else ""))


def _distinct(items: Iterable[Completion]) -> list[Completion]:
    return list({item.label: item for item in reversed(list(items))}.values())[::-1]


# Expressions ----------------------------------------------------------------


def _open_hole(before: str) -> str | None:
    """Return what stands of an expression whose `<` is not closed; None for no hole."""
    start = before.rfind("<")
    if start < 0 or before[start : start + 2] == "< ":
        return None
    return None if before.endswith(">") else before[start + 1 :]


def _word(hole: str) -> str:
    """Return the name at the end of an expression; names may hold single spaces."""
    for sign in ("(", ";", ".", " + ", " - ", " * ", " / ", " // ", " % ", " if "):
        hole = hole.rpartition(sign)[2]
    return hole


def _in_hole(typed: Typed, known: Known, steps: list[Name], hole: str) -> Items:
    if hole.endswith(f".{_word(hole)}"):
        for attribute in sorted(ATTRIBUTES):
            yield Completion(attribute, "Property")
        return
    block = _block_of(typed)
    if block:
        for column in known.blocks.get(block, ()):
            yield Completion(column, "Field", "column")
        yield Completion("in", "Variable", "the block's input")
        for name in steps:
            if name.owner == block:
                yield Completion(name.text, "Variable", "step")
        for word in REPETITION:
            yield Completion(word, "Keyword", "repetition")
    else:
        for row in known.rows:
            yield Completion(row, "Reference", "row")
    for parameter in sorted(known.parameters):
        yield Completion(parameter, "Constant", "parameter")
    for function in FUNCTIONS:
        yield Completion(function, "Function", "function", f"{function}(")


def _block_of(typed: Typed) -> str:
    """Return the block in which something is typed, or nothing."""
    path = _within_variant(typed)
    return str(path[1]) if path[:1] == ("blocks",) and len(path) > 1 else ""


def _within_variant(typed: Typed) -> tuple[str | int, ...]:
    """Return the path within the form, a spec or one of its variants."""
    path = typed.path
    for prefix in (("variants",), ("sweep", "list")):
        if path[: len(prefix)] == prefix and len(path) > len(prefix):
            return path[len(prefix) + 1 :]
    return path


# Texts and keys -------------------------------------------------------------


def _items(view: View, typed: Typed, known: Known, steps: list[Name]) -> Items:
    path = _within_variant(typed)
    section = path[0] if path else ""
    if section == "extends":
        yield from _bases(view)
    elif section == "use":
        yield from (Completion(n, "File", "ships") for n in shipped_blocks())
        yield from _beside(view)
    elif section == "blocks" and len(path) > 2:
        yield from _in_block(typed, known, steps, path)
    elif path[:2] == ("table", "columns"):
        yield from _meanings(view, known)
    elif path[:2] == ("table", "rows"):
        yield from _in_row(typed, known, path[3:])
    elif section in _EDITS:
        yield from (
            _rows(known)
            if len(path) == 1
            else _in_row(typed, known, path[2 if section == "replace" else 3 :])
        )
    elif section in ("outputs", "remove") or path[:2] == ("training", "freeze"):
        yield from _rows(known)
    elif section in ("cells", "errata") or path[:2] == ("claims", "cells"):
        depth = len(path) - (section == "claims")
        if typed.is_key:
            yield from _rows(known) if depth == 1 else _headings(known)
    elif section == "parameters" and typed.is_key:
        yield from (Completion(p, "Constant") for p in sorted(known.parameters))
    yield from _of_schema(typed)


def _bases(view: View) -> Items:
    yield from _beside(view)
    for name, place in _shipped().items():
        yield Completion(name, "File", f"ships, in {place}")


@cache
def _shipped() -> dict[str, str]:
    return {name: place.path.name for name, place in shipped_specs().items()}


def _beside(view: View) -> Items:
    path = view.place.path
    if view.place.source is not None or not path.parent.is_dir():
        return
    for other in sorted(path.parent.glob("*.yaml")):
        if other != path:
            yield Completion(other.stem, "File", other.name)


def _rows(known: Known) -> Items:
    yield from (Completion(row, "Reference", "row") for row in known.rows)


def _headings(known: Known) -> Items:
    for heading, meaning in known.headings.items():
        yield Completion(heading, "Field", meaning if meaning != heading else "")


def _meanings(view: View, known: Known) -> Items:
    blocks = {}
    if view.built is not None:
        blocks = dict(view.built.architecture.program.blocks)
    own = dict.fromkeys(c for columns in known.blocks.values() for c in columns)
    for meaning in (*own, *meanings(blocks)):
        yield Completion(meaning, "Field", "what a column may mean")


def _calls(known: Known, but: str = "") -> Items:
    for block, columns in known.blocks.items():
        if block != but:
            yield Completion(block, "Class", f"block: {', '.join(columns)}")
    for word, (op, _) in WORDS.items():
        yield Completion(word, "Function", op.__name__)
    for name, op in OPS.items():
        yield Completion(name, "Function", summary(op))


def _in_row(typed: Typed, known: Known, path: tuple[str | int, ...]) -> Items:
    """Yield what may stand in a row; the path is that within it."""
    row = list(typed.around)[len(typed.path) - len(path)]
    if isinstance(row, Mapping) and list(row.entries) == [*path[:1]] != ["type"]:
        path = path[1:]  # the name in front
    if typed.is_key:
        for word in _row_words(known):
            yield Completion(word, "Property", "what a cell means")
        yield from _arguments(known, known.callee(_type_of(typed)))
    elif not path:
        yield from _calls(known)
    else:
        at = path[0]
        known_at = isinstance(at, int) and at < len(known.meanings)
        meaning = known.meanings[int(at)] if known_at else str(at)
        yield from _cell(typed, known, meaning)


def _row_words(known: Known) -> dict[str, None]:
    return dict.fromkeys(("type", *CALL_WORDS, *known.meanings))


def _cell(typed: Typed, known: Known, meaning: str) -> Items:
    if meaning == "type":
        yield from _calls(known)
    elif meaning == "from":
        yield from _rows(known)
        yield from (Completion(i, "Variable", "input") for i in known.inputs)
    else:
        yield from _values(known.callee(_type_of(typed)), meaning)


def _type_of(typed: Typed) -> str:
    """Return the type of the row in which something is typed, if it has one."""
    for node in typed.around:
        if isinstance(node, Mapping) and "type" in node.entries:
            kind = node.entries["type"][1]
            return kind.text if isinstance(kind, Scalar) else ""
    return ""


def _in_block(
    typed: Typed, known: Known, steps: list[Name], path: tuple[str | int, ...]
) -> Items:
    block = str(path[1])
    inner = [step for step in path[2:] if isinstance(step, str)]
    if not inner or inner[0] not in _BODIES:
        return
    while inner and inner[0] in _BODIES:
        inner.pop(0)
    if not inner:
        yield from _calls(known, but=block)
        return
    callee = known.callee(inner[0])
    if typed.is_key:
        yield from _arguments(known, callee)
    elif inner[-1] == "from":
        yield Completion("in", "Variable", "the block's input")
        for name in steps:
            if name.owner == block:
                yield Completion(name.text, "Variable", "step")
    else:
        yield from _values(callee, inner[-1])


def _arguments(known: Known, callee: Name | None) -> Items:
    if callee is not None and callee.kind == "block":
        for column in known.blocks[callee.text]:
            yield Completion(column, "Field", f"column of {callee.text}")
    elif callee is not None:
        op = OPS[callee.text] if callee.text in OPS else WORDS[callee.text][0]
        if op.window_field:
            yield Completion("patch", "Field", f"of {op.__name__}")
        for name in op.model_fields:
            if name != "op":
                yield Completion(name, "Field", f"of {op.__name__}")
    for word in CALL_WORDS:
        yield Completion(word, "Keyword")


def _values(callee: Name | None, argument: str) -> Items:
    if callee is not None and callee.kind == "op":
        for choice in choices_of(callee.text, argument):
            yield Completion(choice, "EnumMember", argument)


# The schema -----------------------------------------------------------------


def _of_schema(typed: Typed) -> Items:
    """Yield the keys and words that the schema has at a path."""
    for place in schemas_at(typed.root, typed.path):
        if typed.is_key:
            for key, value in place.get("properties", {}).items():
                if key not in typed.siblings:
                    yield Completion(key, "Property", value.get("description", ""))
        else:
            for word in place.get("enum", ()):
                yield Completion(str(word), "EnumMember")
