"""CSV that a spreadsheet reads as it was meant: numbers as numbers, texts as texts."""

import re
from collections.abc import Iterable

_FORMULA = re.compile("'*\\s*[=+@\t\r\uff0b\uff0d\uff1d\uff20-]")
"""The beginning of what a spreadsheet would run; full width, too."""

_HARMLESS = re.compile(r"[+-](?:\.?[0-9][0-9.,]*(?:[eE][+-]?[0-9]+)?%?)?|-+")
"""A number with its sign, and the dash of a blank cell."""

_WANTS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')


def comma_separated(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV, a line each.

    A text that a spreadsheet would run begins with `'`: who reads the text itself takes
    one `'` off where `'`, a sign of a formula or both follow.
    """
    return "".join([",".join(map(_field, row)) + "\n" for row in rows])


def as_text(text: str) -> str:
    """Return a text that no spreadsheet runs: `=1+1` becomes `'=1+1`, `-3` stays."""
    runs = _FORMULA.match(text) and not _HARMLESS.fullmatch(text)
    return f"'{text}" if runs else text


def _field(value: object) -> str:
    if value is None:
        return ""
    text = as_text(value) if isinstance(value, str) else str(value)
    if not _WANTS_QUOTES.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
