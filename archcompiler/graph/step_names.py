"""Step names: each step's part of the names of its layers."""

from collections import Counter
from collections.abc import Iterable

from archcompiler.diagnostics import Findings
from archcompiler.graph.calls import CalledBlock, CalledStep
from archcompiler.language.expressions.naming import reference_problem, slug, snake_case
from archcompiler.language.text.document import Scalar


def name_steps(called: CalledBlock, found: Findings) -> None:
    """Set the suffix of each step: its name, else its call's word and number.

    A lone nameless call needs none: its layers are called like the block's call.
    """
    steps = called.steps
    calls = [step for step in steps if step.step.call is not None]
    words = {id(step): _word(step) for step in calls if step.name is None}
    times = Counter(words.values())
    numbers: Counter[str] = Counter()
    alone = len(calls) == 1 and calls[0].name is None
    for step in steps:
        word = words.get(id(step))
        if step.name is not None:
            step.suffix = f"_{slug(step.name)}"
        elif word is not None and not alone:
            numbers[word] += 1
            number = f"_{numbers[word]}" if times[word] > 1 else ""
            step.suffix = f"_{word}{number}"
    named = [step for step in steps if step.name is not None]
    _refuse_names(called, named, found)
    if len({step.suffix for step in steps}) < len(steps):
        _refuse_same_names(steps, found)


def _word(step: CalledStep) -> str:
    """Return the word by which a nameless call is named: of `Conv2D`, `conv2d`."""
    if step.block is not None:
        return slug(step.block.pattern.words)
    return slug(snake_case(step.place.text))


def _refuse_names(
    called: CalledBlock, steps: Iterable[CalledStep], found: Findings
) -> None:
    for step in steps:
        cell = step.step.name
        if cell is None:
            continue
        if problem := reference_problem(cell.text):
            found.add("bad-name", f"the name `{cell.text}` {problem}", cell.span)
        elif cell.text in called.inputs:
            message = f"`{cell.text}` is an input of the block"
            found.add("duplicate-name", message, cell.span)


def _refuse_same_names(steps: Iterable[CalledStep], found: Findings) -> None:
    seen: dict[str, Scalar] = {}
    for step in steps:
        if not step.suffix:
            continue
        cell = step.step.name or step.place
        if step.suffix in seen:
            message = f"two steps of a block are called `{step.suffix[1:]}`"
            label = f"the first is on line {seen[step.suffix].line + 1}"
            help = "give one of them another name: `call: {name: other}`"
            found.add("duplicate-name", message, cell.span, label=label, help=help)
        seen[step.suffix] = cell
