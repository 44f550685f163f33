"""Call sites: where the spec calls a block, with what, and which calls ran from there."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from archcompiler.graph.calls import CalledBlock, CalledStep, Target
from archcompiler.graph.expansion import Expansion, Frame, PlacedRow
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import (
    Expression,
    Scope,
    Template,
    Value,
    compile_expression,
    names_of,
    parse_template,
    paste,
)

Given = Template | Value | Expression


@dataclass(slots=True)
class Site:
    """A step or row that calls a block, and the calls that ran from there."""

    call: CalledStep | PlacedRow
    caller: str | None
    """The name of the calling block; None for a row of the table."""

    frames: list[Frame] = field(default_factory=list)


class Sites:
    """Every call of a block that the table leads to."""

    def __init__(self, expansion: Expansion) -> None:
        self.frames: dict[str, list[Frame]] = {}
        self.of: dict[str, list[Site]] = {}
        found: dict[int, Site] = {}
        for frame in expansion.frames:
            name = frame.block.name
            self.frames.setdefault(name, []).append(frame)
            site = found.get(id(frame.call))
            if site is None:
                caller = frame.caller.block.name if frame.caller else None
                site = found[id(frame.call)] = Site(frame.call, caller)
                self.of.setdefault(name, []).append(site)
            site.frames.append(frame)

    def callees_first(self) -> list[CalledBlock]:
        """Return the blocks that run, each after those that it calls."""
        ordered: dict[str, CalledBlock] = {}

        def visit(block: CalledBlock) -> None:
            if block.name in ordered or block.name not in self.frames:
                return
            for step in walk(block.body):
                if step.target and step.target.block:
                    visit(step.target.block)
            ordered[block.name] = block

        for frames in list(self.frames.values()):
            visit(frames[0].block)
        return list(ordered.values())


def walk(steps: Iterable[CalledStep]) -> Iterator[CalledStep]:
    """Return steps and all that is nested in them."""
    for step in steps:
        yield step
        yield from walk(step.nested)


def given_argument(site: Site, column: str) -> Given | None:
    """Return what a site passes for a column; None where the default serves.

    A text with holes comes as its Template; what a block's name binds is a value, or the
    expression that stood in its place (`FC-<classes>`).
    """
    for argument in site.call.arguments:
        if argument.name == column:
            return parse_template(argument.cell.text)
    target = site.call.target
    assert target is not None
    if column not in target.preset:
        return None
    if isinstance(site.call, PlacedRow) and site.call.kind is not None:
        return _bound_by_type(site.call.kind, target, column, site.call)
    return target.preset[column]


def _bound_by_type(cell: Scalar, target: Target, column: str, row: PlacedRow) -> Given:
    """Return what a hole of the block's name binds in a row's type, which may have holes."""
    template = parse_template(cell.text)
    if template.expressions:
        assert target.block is not None
        places, found = _match_type(template, target.block, row)
        span = found.span(target.block.pattern.groups.index(column) + 1)
        if span in places:
            return places[span]
    return target.preset[column]


def names_in_type(row: PlacedRow) -> frozenset[str]:
    """Return the names in a row's type that decide what it calls, not only with what."""
    assert row.kind is not None
    assert row.target is not None
    template = parse_template(row.kind.text)
    if not template.expressions:
        return frozenset()
    bound: set[tuple[int, int]] = set()
    places: dict[tuple[int, int], Expression] = {}
    if row.target.block is not None:
        places, found = _match_type(template, row.target.block, row)
        bound = {found.span(group) for group in range(1, len(found.groups()) + 1)}
    else:
        places = {(at, at): e for at, e in enumerate(template.expressions)}
    deciding = [e for span, e in places.items() if span not in bound]
    return frozenset(name.name for e in deciding for name in names_of(e))


def _match_type(
    template: Template, block: CalledBlock, row: PlacedRow
) -> tuple[dict[tuple[int, int], Expression], "re.Match[str]"]:
    assert row.scope is not None
    places, text = _paste_with_places(template, row.scope)
    found = block.pattern.find(text)
    assert found is not None, "the row ran, so its type matched"
    return places, found


def _paste_with_places(
    template: Template, scope: Scope
) -> tuple[dict[tuple[int, int], Expression], str]:
    places: dict[tuple[int, int], Expression] = {}
    text = ""
    for part in template.parts:
        if isinstance(part, str):
            text += part
            continue
        pasted = paste(compile_expression(part)(scope))
        places[len(text), len(text) + len(pasted)] = part
        text += pasted
    return places, text
