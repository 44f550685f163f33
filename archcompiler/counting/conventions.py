"""Conventions: a rule with how it was applied, as one text.

`fvcore in training without the head`, `thop with ReLU and max pooling in stem as
functions`, `weights without the head`: a rule, then what of the network it was shown,
in any order. A name that ends with `.yaml` is a file with a rule of one's own.
"""

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from archcompiler.counting.naming import SUFFIXES, known_names, rule_of
from archcompiler.counting.reading import kinds_of_work, meant_kind
from archcompiler.counting.rules import Column, Rule, UnknownConventionError
from archcompiler.diagnostics import Proposal, Source, meant, suggest
from archcompiler.language.text.files import is_within, leaves_folder

_USE = re.compile(
    r"(?P<rest>.+?)(?:(?P<training> in training)|(?P<head> without the head)"
    r"|(?P<embeddings> without embeddings)| with (?P<functions>.+) as functions?)"
)
"""A text that ends with how a tool was used."""

_USES = {
    "ops": ("in training", "without the head", "with ReLU in stem as functions"),
    "params": ("without the head",),
}


class Function(NamedTuple):
    """Work that the tool saw as a call (`F.relu`), not as a module."""

    kind: str
    row: str = ""
    """The row of the table in which it is so; empty for all of them."""

    def __str__(self) -> str:
        return f"{self.kind} in {self.row}" if self.row else self.kind


class CountingConvention(NamedTuple):
    """A rule, and how it was applied."""

    rule: Rule
    training: bool = False
    head: bool = True
    functions: tuple[Function, ...] = ()

    def __str__(self) -> str:
        text = self.rule.name
        text += " in training" if self.training else ""
        text += "" if self.head else " without the head"
        if not self.functions:
            return text
        return f"{text} with {' and '.join(map(str, self.functions))} as functions"


def read_convention(text: str, column: Column | None = None) -> CountingConvention:
    """Read what is counted: a rule, and behind it, in any order, its use.

    `column` says what it must count, weights or operations.

    Raises:
        UnknownConventionError: for a rule or a kind of work that is not known, for what
            is said twice, and for a use that the rule cannot have.
        SpecError: for a file that cannot be read or holds no rule.
    """
    if not text.strip():
        raise UnknownConventionError("a convention has a name", "write `thop`, say")
    name, used = taken_apart(text)
    try:
        rule = _rule_of(name, column)
        _refuse_uses(rule, used)
        functions = tuple(_functions(used.get("functions", "")))
    except UnknownConventionError as error:
        if isinstance(error.help, Proposal) and error.word:
            error.help = meant(text.replace(error.word, error.help.text, 1))
        raise
    return CountingConvention(rule, "training" in used, "head" not in used, functions)


def taken_apart(text: str) -> tuple[str, dict[str, str]]:
    """Return the name of a rule, and what is said behind it of its use.

    Raises:
        UnknownConventionError: for what is said twice.
    """
    used: dict[str, str] = {}
    while found := _USE.fullmatch(text):
        text = found["rest"]
        use = {key: said for key, said in found.groupdict().items() if said}
        del use["rest"]
        if twice := use.keys() & used.keys():
            raise UnknownConventionError(_TWICE[twice.pop()])
        used |= use
    return text, used


def beside(source: Source, text: str) -> str:
    """Return a convention whose file, if it names one, lies beside a spec.

    Raises:
        UnknownConventionError: for a file that is not in the spec's folder.
    """
    name, _ = taken_apart(text)
    if not name.endswith(SUFFIXES):
        return text
    folder = Path(source.name).parent
    path, help = folder / name, "name a file beside the spec"
    if leaves_folder(name):
        raise UnknownConventionError(f"`{name}` leaves the folder of the spec", help)
    if path.exists() and not is_within(path, folder):
        raise UnknownConventionError(
            f"`{name}` is a link out of the spec's folder", help
        )
    return f"{path}{text.removeprefix(name)}"


_TWICE = {
    "training": "`in training` is said twice",
    "head": "`without the head` is said twice",
    "embeddings": "`without embeddings` is said twice",
    "functions": "`as functions` is said twice: join what is so written with `and`",
}


def _refuse_uses(rule: Rule, used: Collection[str]) -> None:
    """Refuse a use of a rule that changes nothing, or of which nothing is known."""
    if "embeddings" in used:
        message = "`without embeddings` leaves nothing out: no op of a table is one"
        raise UnknownConventionError(message, "leave it out")
    if "training" in used and not rule.training:
        message = f"what `{rule.name}` counts in training is not known"
        if rule.column == "params":
            message = f"`{rule.name}` are as many in training"
        raise UnknownConventionError(message, "leave out `in training`")
    if "functions" in used and rule.column == "params":
        message = f"`{rule.name}` are no work that could be written as a function"
        raise UnknownConventionError(message, "leave out `with ... as functions`")


def _rule_of(name: str, column: Column | None) -> Rule:
    """Return a rule by its name; what follows a known one is told to be no use."""
    alone = " " not in name or name.endswith(SUFFIXES)
    names = {} if alone else known_names(column)
    begun = [each for each in names if name.startswith(f"{each} ")]
    if name in names or not begun:
        return rule_of(name, column)
    called = max(begun, key=len)
    rest, uses = name.removeprefix(called).strip(), _USES[names[called].column]
    message = f"`{rest}` says nothing of how `{called}` was used"
    help = suggest(rest, uses)
    if isinstance(help, Proposal):
        raise UnknownConventionError(message, help, rest)
    may = ", ".join(f"`{use}`" for use in uses)
    raise UnknownConventionError(message, f"behind its name may stand {may}")


def refuse_unknown_rows(convention: CountingConvention, rows: Collection[str]) -> None:
    """Refuse functions in rows that a table does not have.

    Raises:
        UnknownConventionError: for the first of them.
    """
    for function in convention.functions:
        if function.row and function.row not in rows:
            message = f"the table has no row `{function.row}`"
            whole = str(convention)
            meant = [
                whole.replace(str(function), str(function._replace(row=row)))
                for row in rows
            ]
            raise UnknownConventionError(message, suggest(whole, meant))


def _functions(text: str) -> Iterator[Function]:
    """Yield what is written as functions; a row's own name may hold `and`."""
    kinds = kinds_of_work()
    found: list[str] = []
    for part in text.split(" and ") if text else ():
        if found and " in " in found[-1] and part.partition(" in ")[0] not in kinds:
            found[-1] += f" and {part}"
        else:
            found.append(part)
    for part in found:
        kind, _, row = part.partition(" in ")
        if kind not in kinds:
            message = f"no work is called `{kind}`"
            raise UnknownConventionError(message, meant_kind(kind), kind)
        yield Function(kind, row)
