"""Call sites: where the spec calls a block, with what, and which calls ran from there."""

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
    if not template.expressions:
        return target.preset[column]
    assert target.block is not None
    assert row.scope is not None
    places, text = _paste_with_places(template, row.scope)
    found = target.block.pattern.find(text)
    assert found is not None
    group = target.block.pattern.groups.index(column) + 1
    span = found.span(group)
    for place, expression in places.items():
        if place == span:
            return expression
        if place[0] < span[1] and span[0] < place[1]:
            return template  # a hole of the cell runs over the hole of the name
    return target.preset[column]


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


