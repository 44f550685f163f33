"""Tables in LaTeX, read as what is set: groups, commands and tables within cells."""

import re
import unicodedata
from collections.abc import Iterator

from archcompiler.tabular.tex import COMMANDS

_TABLES = {
    **dict.fromkeys(("tabular", "longtable", "array", "tblr", "NiceTabular"), 1),
    **dict.fromkeys(("tabular*", "tabularx", "tabulary"), 2),
}
"""Environments that are tables, with how many arguments each takes."""

_DEEPEST = 20
WIDEST = 200
"""Columns of a printed table: more fit no page."""

_BEGIN = re.compile(rf"\\begin\s*\{{({'|'.join(map(re.escape, _TABLES))})\}}")
_TOKEN = re.compile(
    r"%[^\n]*\n?[ \t]*|\\(?P<name>[a-zA-Z]+\*?)\s*|\\(?P<sign>.)|\s+|---?|``|''|.",
    re.DOTALL,
)
_OPTIONAL = re.compile(r"\s*\[[^][]*\]")
_OPTION_OF_TEXT = re.compile(r"\[[^][]*\](?=\{)")
_OPTIONS = re.compile(r"(?:\s*(?:\([^()]*\)|\[[^][]*\]))*")

_UNSEEN = {
    **dict.fromkeys(("hline", "toprule", "midrule", "bottomrule", "addlinespace"), 0),
    **dict.fromkeys(("footnotemark", "specialrule*"), 0),
    **dict.fromkeys(("cline", "cmidrule", "footnote", "tablefootnote", "cite"), 1),
    **dict.fromkeys(("citep", "citet", "label", "ref", "vspace", "hspace"), 1),
    **dict.fromkeys(("color", "rowcolor", "cellcolor", "columncolor"), 1),
    **dict.fromkeys(("textcolor", "rotatebox", "fontsize"), 1),
    **dict.fromkeys(("rule", "setlength", "multirow", "resizebox"), 2),
}
"""Commands of whose arguments the first so many are not seen."""

_SEEN = {
    **COMMANDS,
    **dict.fromkeys(("quad", "qquad", "newline", "tabularnewline"), " "),
    "times": "×",
    "cdot": "·",
    "le": "≤",
    "ge": "≥",
    "ldots": "...",
    "dots": "...",
}
_SIGNS = {",": "", "!": "", "/": "", "(": "", ")": "", "[": "", "]": "", "`": "`"}
_LIGATURES = {"--": "–", "---": "—", "``": "“", "''": "”", "$": "", "~": " "}


def read_latex(text: str) -> Iterator[list[str]]:
    """Yield the rows of the first table; of cells that are merged the first has all.

    Raises:
        ValueError: for tables too deep within tables.
    """
    found = _BEGIN.search(re.sub(r"(?<!\\)%.*", "", text))
    if found is not None:
        yield from _Reader(found.string, found.end()).table(_TABLES[found[1]])


class _Reader:
    """Reads on from a place, through what belongs together."""

    def __init__(self, text: str, at: int, depth: int = 0) -> None:
        if depth > _DEEPEST:
            raise ValueError(f"tables stand deeper than {_DEEPEST} within tables")
        self.text = text
        self.at = at
        self.depth = depth
        self.span = 1
        """Over how many columns the cell goes that is being read."""

    def table(self, arguments: int) -> Iterator[list[str]]:
        """Yield the rows up to the end of the table, whose name has been read."""
        for _ in range(arguments):
            self._argument()
        row: list[str] = []
        end = "&"
        while end in ("&", "\\\\"):
            self.span = 1
            text, end = self._cell()
            row += [text, *[""] * (self.span - 1)]
            if end != "&":
                yield row
                row = []

    def _cell(self) -> tuple[str, str]:
        """Return what is set up to the end of a cell, and what ends it."""
        pieces: list[str] = []
        groups = 0
        while found := _TOKEN.match(self.text, self.at):
            token, self.at = found[0], found.end()
            name, sign = found["name"], found["sign"]
            groups += (token == "{") - (token == "}")
            ends = "\\\\" if name == "tabularnewline" or sign == "\\" else token
            if ends == "\\\\":
                self._skip(_OPTIONAL)
            if groups < 0 or name == "end":
                return "".join(pieces), "end"
            if not groups and ends in ("&", "\\\\"):
                return "".join(pieces), ends
            pieces.append(self._set(token, name, sign))
        return "".join(pieces), "end"

    def _set(self, token: str, name: str | None, sign: str | None) -> str:
        """Return what is seen of a token, its arguments left to be read on."""
        if name == "begin":
            return self._within()
        if name == "multicolumn":
            digits = re.sub(r"\D", "", self._argument()) or "1"
            if len(digits) > 5 or int(digits) > WIDEST:
                raise ValueError(f"a table has at most {WIDEST} columns")
            self.span = int(digits)
            self._argument()
        elif name in _UNSEEN:
            for _ in range(_UNSEEN[name]):
                self._argument()
            self._skip(_OPTIONAL)
        elif name:
            self._skip(_OPTION_OF_TEXT)
            return _SEEN.get(name) or _greek(name)
        elif sign:
            return " " if sign in "\\;: >" else _SIGNS.get(sign, sign)
        elif token[0] in "{}%&":
            return " " if token == "&" else ""
        return "" if name else _LIGATURES.get(token, token)

    def _within(self) -> str:
        """Return what an environment sets; of a table all cells, one after another."""
        name = self._argument()
        if name not in _TABLES:
            return ""
        inner = _Reader(self.text, self.at, self.depth + 1)
        rows = [" ".join(filter(None, row)) for row in inner.table(_TABLES[name])]
        self.at = inner.at
        self._argument()  # the name behind its `end`
        return " ".join(rows)

    def _argument(self) -> str:
        """Return the text of the next group, which is passed, or nothing."""
        self._skip(_OPTIONS)
        groups, at = 0, self.at
        while found := _TOKEN.match(self.text, at):
            at = found.end()
            groups += (found[0] == "{") - (found[0] == "}")
            if groups <= 0 and not found[0].isspace():
                break
        if groups or self.text[at - 1 : at] != "}":
            return ""
        start, self.at = self.at, at
        return self.text[start:at].strip()[1:-1]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()


def _greek(name: str) -> str:
    kind = "CAPITAL" if name[0].isupper() else "SMALL"
    spelt = name.upper().replace("LAMBDA", "LAMDA")
    try:
        return unicodedata.lookup(f"GREEK {kind} LETTER {spelt}")
    except KeyError:
        return ""
