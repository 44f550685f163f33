"""Mending: for a text that does not read, the one slip that, undone, makes it read.

A parser tells where it gave up, which lies behind the mistake, at times far behind.
So the slips of a hand are undone one by one, in the lines around and in those whose
brackets or quotes do not match, until the whole text reads.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice

from archcompiler.diagnostics import Diagnostic, Edit, Proposal, Related, Source
from archcompiler.language.mistakes.slips import indent_of, slips_of

_LONGEST = 30_000  # characters
_MOST_TRIED = 150
_CODES = frozenset({"yaml-syntax", "wrong-type", "missing-key", "unknown-key"})


def mended(
    source: Source,
    found: Diagnostic,
    gave_up: int,
    reads: Callable[[Source], bool],
) -> Diagnostic:
    """Return a finding at the slip that causes it, or the finding where none is seen.

    `gave_up` is the line at which the parser stopped.
    """
    span = found.span
    if span is None or span.source is not source or len(source.text) > _LONGEST:
        return found
    of_row = found.code == "extra-cell" and _is_odd(source.line(span.line))
    if found.edits or (found.code not in _CODES and not of_row):
        return found
    lines = _lines(source, dict.fromkeys((span.line, gave_up or span.line)))
    slips = (slip for number in lines for slip in slips_of(source, number))
    for slip in islice(slips, _MOST_TRIED):
        if reads(Source(source.name, edited(source.text, slip.edit))):
            help = Proposal(slip.help, slip.edit.text, slip.edit.span)
            others = found.related
            if slip.span.line != span.line:
                others = (*others, Related(span, found.message))
            return replace(
                found,
                message=slip.message,
                span=slip.span,
                label="",
                help=help,
                edits=(),
                related=others,
            )
    return found


def edited(text: str, edit: Edit) -> str:
    """Return a text with one edit made."""
    lines = text.split("\n")
    line, span = lines[edit.span.line - 1], edit.span
    lines[span.line - 1] = line[: span.column - 1] + edit.text + line[span.end - 1 :]
    return "\n".join(lines)


def _lines(source: Source, near: "dict[int, None]") -> Iterator[int]:
    """Yield the lines to look at: at the finding, above it, those out of balance."""
    count = source.text.count("\n") + 1
    order = [line + step for step in (0, -1, 1, -2) for line in near]
    last = max(near)
    odd = [n for n in range(last, 0, -1) if _is_odd(source.line(n))]
    heads = [_head(source, line) for line in near]
    for number in dict.fromkeys([*order[:2], *odd[:3], *order, *heads, *odd[3:6]]):
        if 0 < number <= count:
            yield number


def _head(source: Source, number: int) -> int:
    """Return the line above that stands further left, as a head of this one."""
    indent = indent_of(source.line(number))
    for above in range(number - 1, 0, -1):
        if 0 <= indent_of(source.line(above)) < indent:
            return above
    return 0


def _is_odd(line: str) -> bool:
    """Whether the quotes or brackets of a line do not match."""
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", line)
    return (
        '"' in bare
        or bare.count("[") != bare.count("]")
        or bare.count("{") != bare.count("}")
    )
