"""Naming: rules by their names: those of tools, those of papers, those in files."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from archcompiler.counting.reading import read_rule, read_rules
from archcompiler.counting.rules import (
    PAPERS,
    Column,
    Rule,
    UnknownConventionError,
    plain_rule,
)
from archcompiler.diagnostics import Source, suggest
from archcompiler.language.text.files import read_source_file

_AS_PAPERS_SAY = re.compile(
    r"[mg]?(flops?|macs?|m(ult-?)?-?adds?|mult(iplications)?|op(eration)?s)",
    re.IGNORECASE,
)
"""Words of papers that say of no number what was counted."""

SUFFIXES = (".yaml", ".yml")
"""What a rule's name ends with that is a file of somebody's own."""


@cache
def rule_names() -> Mapping[str, Rule]:
    """Return every rule of operations that ships by each of its names."""
    text = files(__package__).joinpath("conventions.yaml").read_text("utf-8")
    return read_rules(Source("conventions.yaml", text))


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule of operations that ships, the plainest first."""
    return tuple(dict.fromkeys(rule_names().values()))


@cache
def _of_weights() -> Mapping[str, Rule]:
    return {name: plain_rule((name,)) for name in PAPERS["params"]}


def known_names(column: Column | None = None) -> Mapping[str, Rule]:
    """Return the rules of a column, or all, by each of their names."""
    if column == "params":
        return _of_weights()
    return rule_names() if column else {**rule_names(), **_of_weights()}


def rule_of(name: str, column: Column | None = None) -> Rule:
    """Return a rule of a column, or of either; a file's name is one of operations.

    Raises:
        UnknownConventionError: for a name that no rule has.
        SpecError: for a file that cannot be read or holds no rule.
    """
    if name.endswith(SUFFIXES) and column != "params":
        return _rule_in_file(name)
    if name in PAPERS["params"] and column != "ops":
        return _of_weights()[name]  # without the rules of tools, which cost more
    known = known_names(column)
    if name in known:
        return known[name]
    message = f"no convention is called `{name}`"
    help = suggest(name, known) or f"those known are {', '.join(known)}"
    if column != "params" and _AS_PAPERS_SAY.fullmatch(name):
        help = "write `multiply-adds` or `2 x multiply-adds`: papers mean either"
    raise UnknownConventionError(message, help, name)


def _rule_in_file(name: str) -> Rule:
    return _read_rule(read_source_file(Path(name)), name)


@lru_cache(maxsize=64)
def _read_rule(source: Source, name: str) -> Rule:
    """Read a rule once, as long as its file stays the same."""
    return read_rule(source, name, rule_names())
