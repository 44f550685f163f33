"""Characters that a spec cannot hold, and those that only look like the right ones."""

import re
from collections.abc import Callable

from archcompiler.diagnostics import Proposal, Source, Span, fail, write

_CONTROLS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # a terminal obeys them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # they turn the letters around
    "\u2028\u2029\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
_LOOKALIKES = {
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{CYRILLIC SMALL LETTER HA}": "x",
    "\N{ASTERISK OPERATOR}": "*",
    "\N{DIVISION SIGN}": "/",
    "\N{DIVISION SLASH}": "/",
    "\N{MINUS SIGN}": "-",
    "\N{HYPHEN}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{NOT EQUAL TO}": "!=",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{FULLWIDTH COMMA}": ",",
    "\N{FULLWIDTH COLON}": ":",
}
_SPACES = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\xad\u180e\u200b-\u200d\u2060-\u2065\u3164\uffa0]")


def refuse_characters(source: Source) -> None:
    """Refuse tabs and control characters, which YAML's parsers treat differently.

    Raises:
        SpecError: at the first of them.
    """
    if source.text.replace("\n", "").isprintable():
        return  # most texts are, and this is quick to see
    found = _CONTROLS.search(source.text.replace("\r\n", " \n"))
    if found is None:
        return
    at = found.start()
    line = source.text.count("\n", 0, at) + 1
    column = at - source.text.rfind("\n", 0, at)
    span = Span(source, line, column, column + 1)
    if found[0] == "\t":
        message = "a tab: YAML indents and separates with spaces"
        spaces = " " * _due(source, span)
        fail("yaml-syntax", message, span, help=Proposal("write spaces", spaces))
    help = Proposal("remove it", "")
    fail("control-character", _no_place(found[0]), span, help=help)


def refuse_controls(text: str, span: Span, what: str = "a text") -> None:
    """Refuse control characters in a text whose escapes have been read.

    Raises:
        SpecError: at the first of them.
    """
    found = _CONTROLS.search(text)
    if found:
        fail("control-character", _no_place(found[0], what), span, help="remove it")


def refuse_line_breaks(text: str, span: Span) -> None:
    """Refuse a text of several lines.

    Raises:
        SpecError: where there is a line break.
    """
    if "\n" in text:
        help = "write it on one line, without `|` or a blank line"
        fail("control-character", "a line break within a text", span, help=help)


def _no_place(character: str, what: str = "a text") -> str:
    return f"the character U+{ord(character):04X} has no place in {what}"


def _due(source: Source, tab: Span) -> int:
    """Return how many spaces are due for a tab: as the line above, or two deeper."""
    if source.line(tab.line)[: tab.column - 1].strip():
        return 1
    numbers = range(tab.line - 1, 0, -1)
    above = next((line for n in numbers if (line := source.line(n)).strip()), "")
    indent = len(above) - len(above.lstrip())
    deeper = 2 if above.rstrip().endswith(":") else 0
    return max(indent + deeper - (tab.column - 1), 0)


def refuse_lookalikes(text: str, place: Callable[[int, int], Span]) -> None:
    """Refuse characters pasted from a PDF; `place` gives the span of some of the text.

    Raises:
        SpecError: at the first of them, with the character to write.
    """
    if text.isascii():
        return
    for at, character in enumerate(text):
        help = _replacement(character)
        if help == write("-") and len(text) == 1:
            help = Proposal("a blank cell is written `~`", "~")
        if help:
            message = f"`{character}` (U+{ord(character):04X}) only looks right"
            span = place(at, at + 1)
            fail("lookalike-character", message, span, help=help)


def _replacement(character: str) -> str:
    if character in _LOOKALIKES:
        return write(_LOOKALIKES[character])
    if _SPACES.match(character):
        return Proposal("write a space", " ")
    if _INVISIBLE.match(character):
        return Proposal("remove it: it cannot be seen", "")
    return ""
