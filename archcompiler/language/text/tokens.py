"""The tokens of a YAML text that people see, with their places."""

from collections.abc import Iterator
from typing import NamedTuple

import yaml
from yaml import tokens

from archcompiler.diagnostics import Source

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MARKS = {
    tokens.BlockEntryToken: "-",
    tokens.KeyToken: "?",
    tokens.ValueToken: ":",
    tokens.FlowEntryToken: ",",
    tokens.FlowSequenceStartToken: "[",
    tokens.FlowSequenceEndToken: "]",
    tokens.FlowMappingStartToken: "{",
    tokens.FlowMappingEndToken: "}",
    tokens.ScalarToken: "text",
}


class Token(NamedTuple):
    """A mark of YAML, or a `text`; lines and columns count from 0, ends excluded."""

    kind: str
    line: int
    column: int
    end_line: int
    end: int


def tokens_of(source: Source) -> Iterator[Token]:
    """Yield the tokens of a text that is YAML; those without letters are left out."""
    next_token = _Loader(source.text).get_token
    while (token := next_token()) is not None:
        kind = _MARKS.get(type(token))
        start, end = token.start_mark, token.end_mark
        if kind is not None and start.index < end.index:
            yield Token(kind, start.line, start.column, end.line, end.column)
