"""Parsing: the text of a cell to a template, the text of a hole to an expression."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from archcompiler.language.expressions.functions import FUNCTIONS
from archcompiler.language.expressions.syntax import (
    ATTRIBUTES,
    COMPARISONS,
    LEVELS,
    OPERATORS,
    Attribute,
    Binary,
    Conditional,
    Expression,
    ExpressionError,
    FunctionCall,
    Literal,
    Name,
    Not,
    Template,
)
from archcompiler.ops.fields import read_number

_DEEPEST = 40
_LONGEST = 200


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Template:
    """Split a text into literal pieces and the expressions of its holes.

    Raises:
        ExpressionError: for a hole that is not closed or does not parse.
    """
    parts: list[str | Expression] = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        end = _closing(text, start)
        if end < 0:
            help = "`>` closes a hole, without a space before it"
            if text.count("(", start) > text.count(")", start):
                help = "a comma ends a YAML cell: separate arguments by `;`"
            raise _syntax("an unclosed `<`", start, len(text), help)
        if start > at:
            parts.append(text[at:start])
        parts.append(parse_expression(text[start + 1 : end], start + 1))
        at = end + 1
        _refuse_stray(text, at)
    if at < len(text):
        parts.append(text[at:])
    return Template(text, tuple(parts))


def _refuse_stray(text: str, at: int) -> None:
    """Refuse a `>` between holes: it was to compare, and closed the hole before it."""
    stop = text.find("<", at)
    stray = text.find(">", at, stop if stop >= 0 else len(text))
    if stray >= 0:
        help = "to compare, write `>` with a space on both sides"
        raise _syntax("a `>` that closes nothing", stray, stray + 1, help)


def _closing(text: str, start: int) -> int:
    """Return where the hole that begins at `start` closes: a `>` after no space."""
    quoted = False
    for at in range(start + 1, len(text)):
        if text[at] == "'":
            quoted = not quoted
        elif text[at] == ">" and text[at - 1] != " " and not quoted:
            return at
    return -1


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # operator, operand, function, text, or the bracket itself
    text: str
    start: int
    end: int


def parse_expression(text: str, offset: int = 0) -> Expression:
    """Parse the text of a hole; places count from `offset`.

    Raises:
        ExpressionError: for text that the grammar does not have.
    """
    return _Parser(_tokens(text, offset), offset + len(text)).whole()


def _tokens(text: str, offset: int) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character == " ":
            at += 1
        elif character in "();":
            tokens.append(_Token(character, character, offset + at, offset + at + 1))
            at += 1
        elif character == "'":
            close = text.find("'", at + 1)
            if close < 0:
                message = "a text begins with ' and does not end"
                raise _syntax(message, offset + at, offset + len(text))
            place = (offset + at, offset + close + 1)
            tokens.append(_Token("text", text[at + 1 : close], *place))
            at = close + 1
        else:
            at = _words(text, at, offset, tokens)
    return tokens


def _words(text: str, at: int, offset: int, tokens: list[_Token]) -> int:
    """Add one operator, or one operand of as many words as stand together."""
    start = end = at
    while at < len(text) and text[at] not in "();'":
        if text[at] == " ":
            at += 1
            continue
        stop = at
        while stop < len(text) and text[stop] not in " ();'":
            stop += 1
        if text[at:stop] in OPERATORS:
            if start == at:
                place = (offset + at, offset + stop)
                tokens.append(_Token("operator", text[at:stop], *place))
                return stop
            break
        at = end = stop
    called = end < len(text) and text[end] == "("
    kind = "function" if called else "operand"
    tokens.append(_Token(kind, text[start:end], offset + start, offset + end))
    return end


def _syntax(message: str, start: int, end: int, help: str = "") -> ExpressionError:
    return ExpressionError(message, start, end, help, "bad-expression")


class _Parser:
    """A recursive descent over the tokens; each method returns one expression."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens = tokens
        self.end = end
        self.at = 0
        self.depth = 0

    def whole(self) -> Expression:
        if not self.tokens:
            raise _syntax("an empty expression", max(self.end - 1, 0), self.end + 1)
        if len(self.tokens) > _LONGEST:
            message = f"an expression has at most {_LONGEST} words"
            raise _syntax(message, self.tokens[0].start, self.end)
        expression = self.conditional()
        if self.at < len(self.tokens):
            raise self._unexpected(self.tokens[self.at])
        return expression

    def conditional(self) -> Expression:
        then = self.level(0)
        if not self._takes("if"):
            return then
        test = self.level(0)
        if not self._takes("else"):
            help = "write `x if test else y`"
            raise _syntax("`if` needs an `else`", test.start, self.end, help)
        otherwise = self.nested(self.conditional)
        return Conditional(test, then, otherwise, then.start, otherwise.end)

    def level(self, level: int) -> Expression:
        if level == len(LEVELS):
            return self.operand()
        if LEVELS[level] is COMPARISONS:
            return self.comparison()
        left = self.level(level + 1)
        while token := self._takes_one_of(LEVELS[level]):
            right = self.level(level + 1)
            left = Binary(token.text, left, right, left.start, right.end)
        return left

    def comparison(self) -> Expression:
        if token := self._takes("not"):
            inner = self.nested(self.comparison)
            return Not(inner, token.start, inner.end)
        above = LEVELS.index(COMPARISONS) + 1
        left = self.level(above)
        operator = self._takes_one_of(COMPARISONS)
        if operator is None:
            return left
        right = self.level(above)
        if again := self._takes_one_of(COMPARISONS):
            help = "join two comparisons with `and`"
            raise _syntax("comparisons do not chain", left.start, again.end, help)
        return Binary(operator.text, left, right, left.start, right.end)

    def nested(self, parse: Callable[[], Expression]) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            message = "the expression nests too deeply"
            raise _syntax(message, self.tokens[0].start, self.end)
        expression = parse()
        self.depth -= 1
        return expression

    def operand(self) -> Expression:
        token = self._peek()
        if token is None:
            message = "the expression ends too early"
            raise _syntax(message, max(self.end - 1, 0), self.end, self._what_is_lost())
        self.at += 1
        if token.kind == "text":
            return Literal(token.text, token.start, token.end)
        if token.kind == "operand":
            return _operand(token)
        if token.kind == "function":
            return self.call(token)
        if token.kind != "(":
            raise self._unexpected(token)
        inner = self.nested(self.conditional)
        self._close(token)
        return inner

    def _what_is_lost(self) -> str:
        """Return the help for an expression that ends behind its last word."""
        if not self.tokens:
            return ""
        last = self.tokens[-1].text
        if last == "<":
            return "`<>` closes the hole: for unequal write ` != `"
        return f"write a value behind `{last}`"

    def call(self, token: _Token) -> Expression:
        function = FUNCTIONS.get(token.text)
        if function is None:
            known = ", ".join(FUNCTIONS)
            message = f"there is no function `{token.text}`"
            raise _syntax(message, token.start, token.end, f"the functions are {known}")
        self.at += 1  # the bracket
        arguments = [self.nested(self.conditional)]
        while (separator := self._peek()) and separator.kind == ";":
            self.at += 1
            arguments.append(self.nested(self.conditional))
        end = self._close(token)
        if not function.fewest <= len(arguments) <= function.most:
            takes = {(1, 1): "one argument", (1, 2): "one or two arguments"}
            wants = takes.get((function.fewest, function.most), "two arguments or more")
            message = f"`{token.text}` takes {wants}, received {len(arguments)}"
            raise _syntax(message, token.start, end, "arguments are separated by `;`")
        return FunctionCall(token.text, tuple(arguments), token.start, end)

    def _close(self, opened: _Token) -> int:
        token = self._peek()
        if token is None or token.kind != ")":
            end = token.start if token else self.end
            help = "write `)` where its contents end"
            raise _syntax("a bracket is not closed", opened.start, end, help)
        self.at += 1
        return token.end

    def _peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _takes(self, word: str) -> _Token | None:
        return self._takes_one_of(frozenset({word}))

    def _takes_one_of(self, words: frozenset[str]) -> _Token | None:
        token = self._peek()
        if token is None or token.kind != "operator" or token.text not in words:
            return None
        self.at += 1
        return token

    def _unexpected(self, token: _Token) -> ExpressionError:
        if _FOREIGN.search(token.text):
            return _foreign(token)
        help = "binary operators stand between two values, with a space on both sides"
        return _syntax(f"unexpected `{token.text}`", token.start, token.end, help)


def _operand(token: _Token) -> Expression:
    text = token.text
    number = read_number(text)
    if number is not None:
        if not math.isfinite(number):
            message = f"`{text}` is no finite number"
            raise ExpressionError(message, token.start, token.end, code="too-large")
        return Literal(number, token.start, token.end)
    if text in ("true", "false"):
        return Literal(text == "true", token.start, token.end)
    owner, dot, attribute = text.rpartition(".")
    if owner and dot and attribute in ATTRIBUTES:
        return Attribute(owner, attribute, token.start, token.end)
    if _FOREIGN.search(text):
        raise _foreign(token)
    return Name(text, token.start, token.end)


_FOREIGN = re.compile(
    r"\*\*|\^|&&|\|\||^\"|\.shape\b"
    r"|(?:^| )(?:!(?!=)|\?|(?:True|False|None)(?= |$))"
)
"""Words and signs of other languages, which no name holds."""


def _foreign(token: _Token) -> ExpressionError:
    """Return the refusal of what other languages write."""
    text = token.text
    found = _FOREIGN.search(text)
    assert found is not None
    sign = found[0].strip()
    square = re.fullmatch(r"(\w+) ?(?:\*\*|\^) ?2", text)
    if square:
        help = f"write `{square[1]} * {square[1]}`"
    elif sign in ("**", "^"):
        help = "a power is `power(x; y)`"
    elif sign in ("&&", "||", "!"):
        help = "write `and`, `or` and `not`"
    elif sign == "?":
        help = "write `a if condition else b`"
    elif sign == '"':
        help = "a text stands in single quotes, as `'same'`"
    elif sign == ".shape":
        owner = text.partition(".shape")[0]
        help = f"write `{owner}.height`, `{owner}.width` or `{owner}.channels`"
    else:
        help = "a truth value is `true` or `false`, a blank cell `~`"
    start = token.end - len(text) + found.end() - len(sign)
    message = f"`{sign}` is no word of expressions"
    return _syntax(message, start, start + len(sign), help)
