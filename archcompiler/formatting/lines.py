"""Lines of a spec as the tokens on them, and how they are spaced."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from archcompiler.diagnostics import Source
from archcompiler.language.text.tokens import Token, tokens_of


@dataclass(slots=True)
class Line:
    """One line: its tokens and its comment, or a part of a text of several lines."""

    number: int
    """From 0."""

    text: str
    tokens: list[Token] = field(default_factory=list)
    comment: str = ""
    comment_column: int = 0
    is_kept: bool = False
    """Whether all but its indent stays as it is: a text goes on, in it or from it."""

    @property
    def indent(self) -> int:
        """The column at which it begins."""
        return len(self.text) - len(self.text.lstrip())

    def words(self, tokens: Sequence[Token] | None = None) -> str:
        """Write tokens of the line, all of them or some, as they are spaced."""
        chosen = self.tokens if tokens is None else tokens
        pieces = zip(_spaces(chosen), chosen, strict=True)
        return "".join([" " * n + self.text[t.column : t.end] for n, t in pieces])

    def columns(self) -> Iterator[tuple[Token, int]]:
        """Yield each token and the column at which it is written, from the indent."""
        if self.is_kept:
            yield from [(token, token.column - self.indent) for token in self.tokens]
            return
        column = 0
        for blanks, token in zip(_spaces(self.tokens), self.tokens, strict=True):
            column += blanks
            yield token, column
            column += token.end - token.column


def _spaces(tokens: Sequence[Token]) -> Iterator[int]:
    """Yield how many blanks stand before each token."""
    before = ""
    for token in tokens:
        closes = token.kind in (",", "]", "}", ":")
        glued = not before or before in ("[", "{") or (closes and before != ":")
        yield 0 if glued else 1
        before = token.kind


def lines_of(source: Source) -> list[Line]:
    """Return the lines of a text that is YAML."""
    texts = source.text.replace("\r\n", "\n").split("\n")
    lines = [Line(number, text) for number, text in enumerate(texts)]
    for token in tokens_of(source):
        lines[token.line].tokens.append(token)
        if token.end_line > token.line:
            last = token.end_line + (token.end > 0)
            for line in lines[token.line : last]:
                line.is_kept = True
    for line in lines:
        _find_comment(line)
    return lines


def _find_comment(line: Line) -> None:
    if line.is_kept:
        return
    end = line.tokens[-1].end if line.tokens else 0
    rest = line.text[end:]
    line.comment = rest.strip()
    line.comment_column = end + len(rest) - len(rest.lstrip())
