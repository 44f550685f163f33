"""How many channels come out of a layer, in the paper's own words.

A cell of a figure names the heading under which the table prints the number
(`#3x3 reduce`), or the formula that the block holds (`t·in`), or the number itself
where all calls agree.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from archcompiler.figures.palette import Tone
from archcompiler.figures.scene import Run
from archcompiler.figures.wording import LONGEST_FORMULA, formula
from archcompiler.graph.calls import Argument
from archcompiler.graph.nodes import Frame, OpNode
from archcompiler.language.program.program import Program

SMALL = 9.2
_KERNEL = re.compile("[0-9]+x[0-9]+")
"""A heading that would read as the size of a window: `7x7`."""

_NAME = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
_WORD = re.compile(r"#?[A-Za-z]\w*")
"""A heading that can stand in a formula, if nothing else has its name: `C`."""


class Written(NamedTuple):
    """What a block's text says of a number: a name alone, or a formula."""

    text: str
    is_name: bool


def width_runs(
    nodes: Sequence[OpNode], frame: Frame | None, program: Program
) -> tuple[Run, ...]:
    """Return the second line of a cell: what sets the channels of a step's layers.

    `frame` is a call of the block that is drawn, in which the first layer was made.
    """
    op = nodes[0].op
    if op.width_field is None:
        return ()
    widths = [getattr(node.op, op.width_field) for node in nodes]
    written = _written(nodes[0], op.width_field, frame) if frame is not None else None
    heading = _heading(written, frame, program)
    if heading:
        text = f"column {heading}" if _KERNEL.fullmatch(heading) else heading
        return (Run(text, Tone.SECOND, SMALL),)
    if len(set(widths)) == 1:
        return (Run(str(widths[0]), Tone.SECOND, SMALL),)
    told = _told(written, frame, program)
    if 0 < len(told) <= LONGEST_FORMULA:
        return (Run(told, Tone.HOLE, SMALL, italic=True),)
    text = f"{min(widths)}–{max(widths)}"
    return (Run(text, Tone.SECOND, SMALL),)


def _written(node: OpNode, field: str, frame: Frame) -> Written | None:
    """Return what the drawn block says of a field, followed out of calls within it."""
    trace = node.trace
    assert trace is not None
    given, inner = _given(trace.call.arguments, field), trace.frame
    while given is not None and inner is not None and inner is not frame:
        name = _hole(given)
        if name is None:
            is_same = inner.inputs[0] is frame.inputs[0]
            return _of_input(given) if is_same else None
        outer = _given(inner.call.arguments, name)
        if outer is None:
            given = inner.block.columns.get(name)
            if given is None or _hole(given) == name:
                return None
        else:
            given, inner = outer, inner.caller
    if given is None or inner is not frame:
        return None
    name, text = _hole(given), given.cell.text
    if name is not None:
        return Written(name, is_name=True)
    if not (text.startswith("<") and text.endswith(">")):
        return None
    return Written(formula(text[1:-1]), is_name=False)


def _of_input(given: Argument) -> Written | None:
    """Return a formula of an inner block, unless it asks for more than its input."""
    text = given.cell.text
    asked = set(re.findall(r"[A-Za-z_][\w.]*", text))
    is_clear = text.startswith("<") and text.endswith(">") and asked == {"in.channels"}
    return Written(formula(text[1:-1]), is_name=False) if is_clear else None


def _given(arguments: Sequence[Argument], name: str) -> Argument | None:
    return next((each for each in arguments if each.name == name), None)


def _hole(argument: Argument) -> str | None:
    """Return the name that stands alone in a text: `3x3` of `<3x3>`."""
    text = argument.cell.text
    if not (text.startswith("<") and text.endswith(">")):
        return None
    name = text[1:-1]
    return name if all(sign not in name for sign in (*"<>()*/", " + ", " - ")) else None


def _heading(written: Written | None, frame: Frame | None, program: Program) -> str:
    """Return the printed heading of the column that a name means, if it is one."""
    if written is None or frame is None or not written.is_name:
        return ""
    return _headings(frame, program).get(written.text, "")


def _told(written: Written | None, frame: Frame | None, program: Program) -> str:
    """Return a formula whose names are the headings that are words: `4·C`."""
    if written is None or frame is None:
        return ""
    headings = _headings(frame, program)
    names = {*_NAME.findall(written.text)}

    def printed(name: re.Match[str]) -> str:
        heading = headings.get(name[0], "")
        is_clear = _WORD.fullmatch(heading) and heading not in names
        return heading if is_clear else name[0]

    return _NAME.sub(printed, written.text)


def _headings(frame: Frame, program: Program) -> dict[str, str]:
    """Return the printed headings of what rows give to a block, by their meanings."""
    if frame.caller is not None:
        return {}
    return {
        meaning: heading
        for meaning, heading in program.headings.items()
        if meaning in frame.block.columns
    }
