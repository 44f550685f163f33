"""Call sites: where the spec calls a block, with what, and which calls ran there."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from archcompiler.graph.calls import Call, CalledBlock
from archcompiler.graph.expansion import Expansion, Frame, PlacedRow
from archcompiler.language.expressions import (
    Expression,
    Template,
    Value,
    compile_expression,
    names_of,
    parse_template,
    paste,
)

Given = Template | Value | Expression
Place = tuple[int, int]
"""Where a part of a text begins and ends."""


@dataclass(slots=True)
class Site:
    """A step or row that calls a block, and the calls that ran from there."""

    call: Call
    block: CalledBlock
    bound: Mapping[str, Value]
    """What the holes of the block's name bind."""

    caller: str | None
    """The name of the calling block; None for a row of the table."""

    frames: list[Frame] = field(default_factory=list)


class Sites:
    """Every call of a block that the table leads to."""

    def __init__(self, expansion: Expansion) -> None:
        self.frames: dict[str, list[Frame]] = {}
        self.of: dict[str, list[Site]] = {}
        self._by_call: dict[int, Site] = {}
        for frame in expansion.frames:
            self.frames.setdefault(frame.block.name, []).append(frame)
            self._site(frame).frames.append(frame)

    def _site(self, frame: Frame) -> Site:
        site = self._by_call.get(id(frame.call))
        if site is None:
            target = frame.call.target
            bound = target.preset if target is not None else {}
            caller = frame.caller.block.name if frame.caller else None
            site = Site(frame.call, frame.block, bound, caller)
            self._by_call[id(frame.call)] = site
            self.of.setdefault(frame.block.name, []).append(site)
        return site

    def at(self, call: Call) -> Site | None:
        """Return the site of a call, or None where it never ran."""
        return self._by_call.get(id(call))

    def callees_first(self) -> list[CalledBlock]:
        """Return the blocks that run, each after those that it calls."""
        ordered: dict[str, CalledBlock] = {}

        def visit(block: CalledBlock) -> None:
            if block.name in ordered or block.name not in self.frames:
                return
            for step in block.steps:
                if step.block is not None:
                    visit(step.block)
            ordered[block.name] = block

        for frames in list(self.frames.values()):
            visit(frames[0].block)
        return list(ordered.values())


def given_argument(site: Site, column: str) -> Given | None:
    """Return what a site passes for a column; None where the default serves.

    A text with holes comes as its Template; what a block's name binds is a value, or
    the expression that stood in its place (`FC-<classes>`).
    """
    for argument in site.call.arguments:
        if argument.name == column:
            return parse_template(argument.cell.text)
    if column not in site.bound:
        return None
    if isinstance(site.call, PlacedRow):
        places, found = _match_type(site.call, site.block)
        group = site.block.pattern.groups.index(column) + 1
        return places.get(found.span(group), site.bound[column])
    return site.bound[column]


def holds_text(frames: Iterable[Frame], word: str) -> bool:
    """Whether a column holds a text, not a number, in some of the calls that ran."""
    return any(isinstance(frame.values.get(word), str) for frame in frames)


def names_in_type(row: PlacedRow) -> frozenset[str]:
    """Return the names in a row's type that decide what it calls."""
    if row.block is None:
        expressions = parse_template(row.place.text).expressions
        return frozenset(name.name for e in expressions for name in names_of(e))
    places, found = _match_type(row, row.block)
    bound = {found.span(group) for group in range(1, len(found.groups()) + 1)}
    deciding = [e for span, e in places.items() if span not in bound]
    return frozenset(name.name for e in deciding for name in names_of(e))


def _match_type(
    row: PlacedRow, block: CalledBlock
) -> tuple[dict[Place, Expression], "re.Match[str]"]:
    """Return where a row's type has expressions, and what the block's name matches."""
    places, text = _paste_with_places(row)
    found = block.pattern.find(text)
    assert found is not None, "the row ran, so its type matched"
    return places, found


def _paste_with_places(row: PlacedRow) -> tuple[dict[Place, Expression], str]:
    places: dict[Place, Expression] = {}
    text = ""
    for part in parse_template(row.place.text).parts:
        if isinstance(part, str):
            text += part
            continue
        pasted = paste(compile_expression(part)(row.scope))
        places[len(text), len(text) + len(pasted)] = part
        text += pasted
    return places, text
