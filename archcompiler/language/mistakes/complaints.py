"""What is wrong with text that is not YAML, said at the usual cause."""

import re
from typing import Any, NoReturn

from archcompiler.diagnostics import Proposal, Source, Span, fail, write
from archcompiler.language.mistakes.other_forms import with_holes

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\s#].*")
_WITHOUT_DASH = "this line stands among the items of a list, without a `-`"


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
    _blame_empty_cell(source, line + 1, column, problem)
    _blame_text(source, line + 1, column, problem)
    if "flow" not in context:
        _blame_dash(source, line + 1, column)
    message, help = _in_our_words(problem, source.line(line + 1), column)
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


def _in_our_words(problem: str, line: str, column: int) -> tuple[str, str]:
    """Return message and help for a problem of the parser, and what stands there."""
    before, rest = line[:column], line[column:]
    if before.strip() and rest[:1] == "-" and not rest[1:2].strip(" ,]}"):
        return "`-` stands where a cell is due", "a blank cell is written `~`"
    if "'-' indicator" in problem:
        return _WITHOUT_DASH, "begin each item with `- `"
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
        found = _COMMENT.search(bare) or _comment_in_hole(bare)
        if found is None or not _is_open(bare[: found.start()]):
            continue
        begin = re.match(r".*(?:[,\[{]|: )\s*", bare[: found.start()])
        start = begin.end() if begin else 0
        rest = re.split(r"[,\]}:]", text[found.start() :])[0].rstrip()
        word = text[start : found.start()] + rest
        if '"' in word:
            continue  # it has lost the other quote
        message = (
            "` #` begins a comment: the rest of the line, its bracket too, is lost"
        )
        span = Span(source, number, found.start() + 1, len(text) + 1)
        part = Span(source, number, start + 1, start + len(word) + 1)
        help = Proposal(f'write quotes: `"{word}"`', f'"{word}"', part)
        if word.endswith(">") and text[found.start() + 1 : found.start() + 2] == " ":
            behind = len(text[: found.start()].rstrip())
            comment = Span(source, number, behind + 1, part.end - 1)
            help = Proposal("remove the comment", "", comment)
        fail("yaml-syntax", message, span, help=help)


def _comment_in_hole(bare: str) -> "re.Match[str] | None":
    """Return the comment that begins within an expression, if one does."""
    found = re.search(r"(?<=\s)#.*", bare)
    hole = bare.rfind("<", 0, found.start()) if found else -1
    if found is None or hole < 0 or re.search(r"\S>", bare[hole : found.start()]):
        return None
    return found


def cut_by_comment(span: Span) -> str:
    """Return a text with the end of its expression that a comment ate, or nothing."""
    line = span.source.line(span.line)
    text, rest = line[span.column - 1 : span.end - 1], line[span.end - 1 :]
    end = rest.rfind(">")
    return text + rest[: end + 1] if rest.lstrip().startswith("#") and end > 0 else ""


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
            help = write(f'"{text[at:end]}"')
            fail(
                "yaml-syntax", message, Span(source, number, at + 1, end + 1), help=help
            )


def _blame_empty_cell(source: Source, number: int, column: int, problem: str) -> None:
    """Blame a comma before which no cell stands."""
    if "node content" in problem and source.line(number)[column : column + 1] == ",":
        span = Span(source, number, column + 1, column + 2)
        before = Span(source, number, column + 1, column + 1)
        help = Proposal("a blank cell is written `~`", "~", before)
        line = _without_quoted(source.line(number)[:column])
        if line.endswith(",") or line.rfind("{") > max(
            line.rfind("["), line.rfind("}")
        ):
            help = Proposal("remove this comma", "")
        fail("yaml-syntax", "an empty cell", span, help=help)


def _blame_text(source: Source, number: int, column: int, problem: str) -> None:
    """Blame a text within brackets that goes on with a sign of YAML."""
    text = source.line(number)
    sign = text[column : column + 1]
    if "did not find expected ','" not in problem or sign not in (":", "[", "{"):
        return
    begin = re.match(r".*(?:[,\[{]|: )\s*", _without_quoted(text[:column]))
    start = begin.end() if begin else column
    end = _end_of_text(text, column)
    written = text[start:end].rstrip()
    if start == column or not written or re.search(r"[\]}]", text[start:column]):
        return
    shown = ": " if sign == ":" else sign
    message = f"a text that holds `{shown}` wants quotes"
    span = Span(source, number, start + 1, start + len(written) + 1)
    if help := _foreign(written):
        fail("bad-expression", message, span, help=help)
    fail("yaml-syntax", message, span, help=f'write `"{written}"`')


def _foreign(written: str) -> str:
    """Return what to write instead of an expression of another language, or nothing."""
    if (hole := with_holes(written)) != written:
        return Proposal(f"an expression is written `{hole}`", hole)
    if written.startswith("<") and " ? " in written:
        return "a condition is written `<a if condition else b>`"
    if written.startswith("<") and ".shape" in written:
        return "write `in.height`, `in.width` or `in.channels`"
    return ""


def _end_of_text(text: str, at: int) -> int:
    """Return where a text within brackets ends: at a comma or a closing bracket."""
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] in "[{") - (text[end] in "]}")
        if depth < 0 or (depth == 0 and text[end] == ","):
            return end
    return len(text)


def _blame_dash(source: Source, number: int, column: int) -> None:
    """Blame an item that stands out of its list's column, or a line that ends it."""
    lines = source.text.split("\n")
    text = source.line(number)
    if text[:column].strip() or not _is_item(text):
        return
    ends = below = 0
    for above in range(number - 1, 0, -1):
        line = lines[above - 1]
        indent = _indent(line)
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if _is_item(line) and indent != column:
            _refuse_column(Span(source, number, column + 1, column + 2), indent, above)
        if indent <= column and line.rstrip().endswith(":"):
            ends = ends or below
            break  # at the key whose list this is
        if indent == column and not _is_item(line):
            ends = above
        elif indent <= column:
            break
        below = above
    if ends:
        line = source.line(ends)
        span = Span(source, ends, _indent(line) + 1, len(line.rstrip()) + 1)
        fail("yaml-syntax", _WITHOUT_DASH, span, help="begin each item with `- `")


def _refuse_column(span: Span, column: int, line: int) -> NoReturn:
    """Refuse a dash that is not in the column of the item above it."""
    distance = abs(span.column - 1 - column)
    side = "left" if span.column - 1 < column else "right"
    columns = "1 column" if distance == 1 else f"{distance} columns"
    message = f"this `-` stands {columns} {side} of the one on line {line}"
    fail("yaml-syntax", message, span, help="the items of a list begin in one column")


def _is_item(line: str) -> bool:
    return line.lstrip(" ").startswith("- ") or line.strip() == "-"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_open(text: str) -> bool:
    """Whether more brackets open in a text than close."""
    opened = text.count("[") + text.count("{")
    return opened > text.count("]") + text.count("}")


def _without_quoted(text: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: "_" * len(found[0]), text)
