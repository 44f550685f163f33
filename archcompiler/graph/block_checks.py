"""What a block can be refused for before it is ever called."""

from collections.abc import Collection, Iterable

from archcompiler.diagnostics import Findings, Proposal, listed, suggest, write
from archcompiler.graph.calls import CalledBlock, CalledStep
from archcompiler.language.expressions.naming import (
    asked_for,
    is_relative,
    name_problem,
    reference_problem,
    repetition_asked,
    slug,
)
from archcompiler.language.text.document import Scalar

DEEPEST = 40
"""How deep blocks may call each other."""

_NOT_COLUMNS = ("name", "from", "when", "type")


def declare_columns(
    called: CalledBlock, parameters: Collection[str], found: Findings
) -> None:
    """Enter the holes and columns of a block, refusing names that cannot be theirs."""
    slugs: dict[str, str] = {}
    for name in called.pattern.holes:
        _declare(called, name, called.block.name, parameters, slugs, found)
    for column in called.block.columns:
        name = column.name.text
        if name in _NOT_COLUMNS:
            message = f"the column `{name}` is a word of the language"
            found.add("bad-name", message, column.name.span)
        _declare(called, name, column.name, parameters, slugs, found)
    inputs = [cell.text for cell in called.block.inputs]
    for at, cell in enumerate(called.block.inputs):
        if problem := reference_problem(cell.text) or name_problem(cell.text):
            found.add("bad-name", f"the input `{cell.text}` {problem}", cell.span)
        elif cell.text in inputs[:at]:
            message = f"the input `{cell.text}` is declared twice"
            found.add("duplicate-name", message, cell.span)


def _declare(
    called: CalledBlock,
    name: str,
    cell: Scalar,
    parameters: Collection[str],
    slugs: dict[str, str],
    found: Findings,
) -> None:
    if name in called.columns:
        message = f"the column `{name}` is declared twice"
        found.add("duplicate-name", message, cell.span)
    elif problem := name_problem(name):
        found.add("bad-name", f"the column `{name}` {problem}", cell.span)
    elif name in parameters:
        message = f"the column `{name}` shadows the parameter of that name"
        help = "give one of them another name"
        found.add("bad-name", message, cell.span, help=help)
    elif slug(name) in slugs:
        message = f"the columns `{slugs[slug(name)]}` and `{name}` differ too little"
        help = "in source both would have one name"
        found.add("duplicate-name", message, cell.span, help=help)
    slugs[slug(name)] = name
    called.columns[name] = None


def refuse_references(called: CalledBlock, found: Findings) -> None:
    """Refuse a `from` that names nothing, or what comes later in the block."""
    known = {"in", *called.inputs}
    names = {step.name for step in called.steps if step.name is not None}
    repeating = {step.name for step in called.steps if step.repeats}
    texts = [cell.text for step in called.steps for cell in step.source or ()]
    nameless = {s.place.text for s in called.steps if s.step.call and not s.name}
    called.asked = asked_for(texts, names)

    def visit(steps: Iterable[CalledStep]) -> None:
        for step in steps:
            for cell in step.source or ():
                if cell.text not in known and not is_relative(cell.text):
                    _refuse_unknown(cell, known, names, repeating, nameless, found)
            for branch in step.branches:
                visit(branch.steps)
            if step.fork is not None:
                visit(step.fork.joined)
            if step.name is not None:
                known.add(step.name)

    visit(called.body)


def _refuse_unknown(
    cell: Scalar,
    known: set[str],
    names: set[str],
    repeating: Collection[str | None],
    nameless: Collection[str],
    found: Findings,
) -> None:
    """Refuse what names no value, and no repetition of an earlier step."""
    asked = None if cell.text in names else repetition_asked(cell.text)
    if asked is None or asked[0] not in names:
        _refuse_reference(cell, known, names, nameless, found)
    elif asked[0] not in known:
        message = f"`{asked[0]}` comes later in the block"
        help = "a step can only take what stands above it"
        found.add("bad-reference", message, cell.span, help=help)
    elif asked[0] not in repeating:
        message = f"`{asked[0]}` does not repeat, so there is no `{cell.text}`"
        found.add("bad-reference", message, cell.span, help=write(asked[0]))


def _refuse_reference(
    cell: Scalar,
    known: set[str],
    names: set[str],
    nameless: Collection[str],
    found: Findings,
) -> None:
    if "<" in cell.text:
        message, help = "`from` names a value, without holes", ""
    elif cell.text in names:
        message = f"`{cell.text}` comes later in the block"
        help = "a step can only take what stands above it"
    elif cell.text == "input":
        message = "`input` is the network's, which no block sees"
        help = Proposal("what arrives at the block is `in`", "in")
    elif cell.text in nameless:
        message = f"`{cell.text}` is called in this block, by no name"
        help = f"name the step that is meant: `{cell.text}: {{name: ...}}`"
    else:
        message = f"`{cell.text}` is no input and no earlier step of this block"
        help = suggest(cell.text, sorted(known))
        help = help or f"earlier values are {listed(sorted(known))}"
    found.add("bad-reference", message, cell.span, help=help)


def refuse_recursion(blocks: Iterable[CalledBlock], found: Findings) -> None:
    """Refuse the first circle of blocks that call each other, and endless chains."""
    done: set[str] = set()
    for called in blocks:
        if called.name not in done and _is_circular(called, [], done, found):
            return


def _is_circular(
    called: CalledBlock, path: list[str], done: set[str], found: Findings
) -> bool:
    path.append(called.name)
    if len(path) > DEEPEST:
        message = f"blocks call each other more than {DEEPEST} deep"
        found.add("too-deep", message, called.block.name.span)
        return True
    for step in called.steps:
        inner = step.block
        if inner is None or inner.name in done:
            continue
        if inner.name in path:
            circle = " -> ".join([*path[path.index(inner.name) :], inner.name])
            message = f"the block calls itself: {circle}"
            help = "blocks do not nest in themselves: write one for each level"
            found.add("recursive-block", message, step.place.span, help=help)
            return True
        if _is_circular(inner, path, done, found):
            return True
    path.pop()
    done.add(called.name)
    return False
