"""Characters that a spec cannot hold, and those that only look like the right ones."""

import re
from collections.abc import Callable

from archcompiler.diagnostics import Source, Span, fail

_REFUSED = re.compile(
    "[^\n\r\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
    "|\r(?!\n)"
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
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069]")


def refuse_characters(source: Source) -> None:
    """Refuse tabs and control characters, which YAML's parsers treat differently.

    Raises:
        SpecError: at the first of them.
    """
    if source.text.replace("\n", "").isprintable():
        return  # most texts are, and this is quick to see
    found = _REFUSED.search(source.text)
    if found is None:
        return
    at = found.start()
    line = source.text.count("\n", 0, at) + 1
    column = at - source.text.rfind("\n", 0, at)
    span = Span(source, line, column, column + 1)
    if found[0] == "\t":
        message = "a tab: YAML indents and separates with spaces"
        fail("yaml-syntax", message, span, help="write spaces")
    message = f"the character U+{ord(found[0]):04X} has no place in a text"
    fail("yaml-syntax", message, span, help="remove it")


def refuse_lookalikes(text: str, place: Callable[[int, int], Span]) -> None:
    """Refuse characters pasted from a PDF; `place` gives the span of some of the text.

    Raises:
        SpecError: at the first of them, with the character to write.
    """
    if text.isascii():
        return
    for at, character in enumerate(text):
        write = _replacement(character)
        if write:
            message = f"`{character}` (U+{ord(character):04X}) only looks right"
            span = place(at, at + 1)
            fail("lookalike-character", message, span, help=write)


def _replacement(character: str) -> str:
    if character in _LOOKALIKES:
        return f"write `{_LOOKALIKES[character]}`"
    if _SPACES.match(character):
        return "write a space"
    return "remove it: it cannot be seen" if _INVISIBLE.match(character) else ""
