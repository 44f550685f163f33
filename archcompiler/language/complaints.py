"""What is wrong with text that is not YAML, said at the usual cause."""

import re
from typing import Any, NoReturn

from archcompiler.diagnostics import Source, Span, fail

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\s#].*")


def explain(source: Source, error: Any) -> NoReturn:
    """Turn a parser's complaint into ours, naming the cause where it can be seen.

    Raises:
        SpecError: always.
    """
    problem = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    mark = getattr(error, "problem_mark", None)
    opened = getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    _blame_comment(source, line + 1)
    _blame_bracket(source, line + 1, column)
    message, help = _in_our_words(problem, source.line(line + 1)[column:])
    if opened is not None and "quoted scalar" in context:
        message, help = "this quote is not closed", ""
        line, column = opened.line, opened.column
    elif opened is not None and "flow" in context and not help:
        kind = "brace" if "mapping" in context else "bracket"
        message = f"this {kind} is not closed, or a comma is missing after it"
        help = f"the parser gave up on line {line + 1}"
        line, column = opened.line, opened.column
    elif opened is not None and "simple key" in context:
        line, column = opened.line, opened.column
    span = _within(source, line, column)
    fail("yaml-syntax", message, span, help=help)


def _within(source: Source, line: int, column: int) -> Span:
    """Return a place of the parser's, or the end of the text where it lies beyond."""
    last = source.text.rstrip("\n").count("\n")
    if line > last:
        line, column = last, len(source.line(last + 1))
    return Span(source, line + 1, column + 1, column + 2)


def _in_our_words(problem: str, rest: str) -> tuple[str, str]:
    """Return message and help for a problem of the parser, and what stands there."""
    if rest[:1] == "-" and not rest[1:2].strip(" ,]}"):
        return "`-` stands where a cell is due", "a blank cell is written `~`"
    if rest[:1] and rest[0] in "%@`":
        return f"a text cannot begin with `{rest[0]}`", "quote the text"
    if "mapping values are not allowed" in problem:
        help = "a text that holds `: ` wants quotes; keys of one mapping stand in line"
        return "a `:` stands where no key can be", help
    if "simple key" in problem or "could not find expected ':'" in problem:
        return "a key without `:`", "write `key: value`; a list item begins with `- `"
    if "expected key" in problem or "block end" in problem or "block" in problem:
        help = "siblings begin in one column; a closing quote or bracket ends a text"
        return "this line does not continue what stands above it", help
    return f"not YAML: {problem}", ""


_FAR = 30  # lines above the place where the parser gave up


def _blame_comment(source: Source, last: int) -> None:
    """Blame a `#` that ate the end of an open bracket, not the line after it."""
    for number in range(last, max(0, last - _FAR), -1):
        text = source.line(number)
        bare = _without_quoted(text)
        found = _COMMENT.search(bare)
        if found is None or not _is_open(bare[: found.start()]):
            continue
        word = re.split(r"[,\]}:]", text[found.start() :])[0].strip()
        message = (
            "` #` begins a comment: the rest of the line, its bracket too, is lost"
        )
        span = Span(source, number, found.start() + 1, len(text) + 1)
        fail("yaml-syntax", message, span, help=f'write quotes: `"{word}"`')


def _blame_bracket(source: Source, number: int, column: int) -> None:
    """Blame a cell that begins with a bracket and goes on behind it."""
    text = source.line(number)
    before, rest = text[:column].rstrip(), text[column:].strip()
    if not before.endswith("]") or rest[:1] in ("", ",", "]", "}", ":", "#"):
        return
    bare, depth = _without_quoted(before), 0
    for at in range(len(bare) - 1, -1, -1):
        depth += (bare[at] == "]") - (bare[at] == "[")
        if depth == 0:
            cell = re.match(r"[^,\]}]*", rest)
            end = column + (len(cell[0].rstrip()) if cell else 0)
            message = "a cell that starts with `[` wants quotes"
            help = f'write `"{text[at:end]}"`'
            fail(
                "yaml-syntax", message, Span(source, number, at + 1, end + 1), help=help
            )


def _is_open(text: str) -> bool:
    """Whether more brackets open in a text than close."""
    opened = text.count("[") + text.count("{")
    return opened > text.count("]") + text.count("}")


def _without_quoted(text: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: "_" * len(found[0]), text)
