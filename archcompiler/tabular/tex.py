"""Texts as LaTeX writes them, whatever they hold."""

import re
import unicodedata
from collections.abc import Mapping

_WRITTEN = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "`": r"\`{}",
    "'": r"\textquotesingle{}",
    '"': r"\textquotedbl{}",
    "[": "{[}",  # after `\\`, a bracket or a star would be its argument
    "]": "{]}",
    "*": "{*}",
    "×": r"\texttimes{}",
    "÷": r"\textdiv{}",
    "±": r"\textpm{}",
    "−": r"\textminus{}",
    "·": r"\textperiodcentered{}",
    "…": "...",
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "\N{NO-BREAK SPACE}": "~",
    "\0": "{}",
    **{sign: f"\\{sign}" for sign in "{}$&#_%"},
}
_IN_MATHEMATICS = {
    "✓": "surd",
    "✔": "surd",
    "√": "surd",
    "✗": "times",
    "✘": "times",
    "≤": "leq",
    "≥": "geq",
    "≠": "neq",
    "≈": "approx",
    "∞": "infty",
    "∼": "sim",
    "∑": "sum",
    "∏": "prod",
    "∈": "in",
    "∪": "cup",
    "⊕": "oplus",
    "⊗": "otimes",
    "⊙": "odot",
    "∘": "circ",
    "•": "bullet",
    "★": "star",
    "†": "dagger",
    "‡": "ddagger",
    "←": "leftarrow",
    "→": "rightarrow",
    "↑": "uparrow",
    "↓": "downarrow",
    "↔": "leftrightarrow",
    "⇒": "Rightarrow",
}
COMMANDS = {
    **{
        written[1:-2]: sign
        for sign, written in _WRITTEN.items()
        if written[1:-2].isalpha()
    },
    **{command: sign for sign, command in _IN_MATHEMATICS.items()},
}
"""By the name of a command, the sign that it sets."""

_GREEK = re.compile(
    "GREEK SMALL LETTER (ALPHA|BETA|GAMMA|DELTA|EPSILON|ZETA|ETA|THETA|IOTA|KAPPA|LAMDA"
    "|MU|NU|XI|PI|RHO|SIGMA|TAU|UPSILON|PHI|CHI|PSI|OMEGA)"
    "|GREEK CAPITAL LETTER (GAMMA|DELTA|THETA|LAMDA|XI|PI|SIGMA|UPSILON|PHI|PSI|OMEGA)"
)
_LATIN_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΧο", "ABEZHIKMNOPTXo", strict=True))
_LAST_KNOWN = "\N{LATIN SMALL LETTER Z WITH CARON}"
"""The last of the letters that LaTeX has; those of Poland ask for `fontenc`'s T1."""

_UNKNOWN = "ĦħĸĿŀŉŦŧ"
"""Letters before the last that LaTeX doesn't have."""

_LIGATURE = re.compile(r"[-–—](?=[-–—])|,(?=,)")
"""Two hyphens would be a dash, two commas a quote."""


def escaped(text: str, otherwise: Mapping[str, str] | None = None) -> str:
    """Return LaTeX for a text: its letters and spaces, each as it is.

    A letter that LaTeX doesn't have is written with those of ASCII that are its
    nearest, and one without any by its number; so what is written is always set.
    """
    ways = {**_WRITTEN, **(otherwise or {})}
    apart = _LIGATURE.sub("\\g<0>\0", text)
    written = "".join([ways.get(each) or _set(each) for each in apart])
    if text != text.strip(" ") or "  " in text:
        written = written.replace(" ", r"\ ")
    return written


def _set(letter: str) -> str:
    if letter <= _LAST_KNOWN and letter not in _UNKNOWN:
        return letter
    if letter in _IN_MATHEMATICS:
        return rf"$\{_IN_MATHEMATICS[letter]}$"
    if letter in _LATIN_CAPITALS:
        return _LATIN_CAPITALS[letter]
    greek = _GREEK.fullmatch(unicodedata.name(letter, ""))
    if greek:
        small, capital = greek.groups()
        return rf"$\{_spelt(small.lower() if small else capital.title())}$"
    nearest = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return nearest if nearest.isalnum() else f"U+{ord(letter):04X}"


def _spelt(name: str) -> str:
    return name.replace("amda", "ambda")
