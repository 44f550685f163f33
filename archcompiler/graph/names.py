"""The names that a text may use, checked where it is compiled."""

import re
from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import Any

from archcompiler.diagnostics import Findings, Proposal, listed, meant, nearest, write
from archcompiler.language.expressions import (
    ATTRIBUTES,
    Attribute,
    Evaluate,
    ExpressionError,
    Name,
    Scope,
    compile_template,
    compile_value,
    names_of,
    parse_template,
)
from archcompiler.language.expressions.failures import diagnose
from archcompiler.language.expressions.naming import REPETITION
from archcompiler.language.forms.forms import Written
from archcompiler.language.program.program import first_text
from archcompiler.language.text.document import Scalar
from archcompiler.ops.fields import NUMBERS

_ASSIGNS = re.compile(r" ?(?<![<>=!])=(?![=<>]) ?")
Compute = Callable[[Scope], Any]


@dataclass(slots=True)
class Argument:
    """A value that a call passes: its text, and what evaluates it."""

    name: str
    cell: Scalar
    evaluate: "Evaluate | tuple[Argument, ...]"
    """A closure over a scope, or Arguments for a list."""

    compute: Compute
    """What gives the value that the call receives, also of a list."""


class Names:
    """Parameters, columns and tensors, as the text of one block or the rows sees them.

    `read` collects the names that some text asks for; `owner` is the block's own name.
    """

    def __init__(
        self,
        parameters: Iterable[str],
        columns: Iterable[str],
        tensors: Set[str],
        words: Iterable[str],
        found: Findings,
        owner: str = "",
    ) -> None:
        self.columns = frozenset(columns)
        self.values = {*parameters, *self.columns, *words}
        self.tensors = set(tensors)
        self.found = found
        self.read: set[str] = set()
        self.owner = owner

    def argument(self, name: str, value: Written, of_block: bool = False) -> Argument:
        """Compile a value; `of_block` tells that a column receives it, not an op."""
        if isinstance(value, Scalar):
            reported = len(self.found)
            evaluate = compute = self.compile(value)
            if of_block and len(self.found) == reported:
                compute = compile_value(value.text)
            return Argument(name, value, evaluate, compute)
        inner = tuple([self.argument(name, item) for item in value])
        return Argument(name, first_text(value), inner, _compute_list(inner))

    def compile(self, cell: Scalar) -> Evaluate:
        """Compile one text, reporting names that mean nothing here."""
        text = cell.text
        if "<" not in text:
            return compile_template(text)
        try:
            template = parse_template(text)
        except ExpressionError as error:
            self.found.take(diagnose(error, cell))
            return lambda _: ""
        for expression in template.expressions:
            for name in names_of(expression):
                self._check(name, cell)
        return compile_template(text)

    def _check(self, place: Name | Attribute, cell: Scalar) -> None:
        name = place.name
        self.read.add(name)
        if isinstance(place, Attribute):
            if name in self.tensors and name in self.columns:
                message = (
                    f"`{name}` is a column and a step: which one has the attribute?"
                )
                self._report(message, place, cell, "give the step another name")
            elif name not in self.tensors and name not in self.values:
                self._refuse(f"{name}.{place.attribute}", place, cell)
        elif name not in self.values:
            self._refuse(name, place, cell)

    def _refuse(self, shown: str, place: Name | Attribute, cell: Scalar) -> None:
        name = place.name
        message = f"`{shown}` is no parameter, column or value here"
        if name in self.tensors:
            message = f"`{name}` is a tensor, not a number"
            help = f"write `{name}.channels`, `.height`, `.width` or `.rank`"
        elif name in REPETITION:
            message = f"`{name}` is known within a block only"
            help = "give the block a column whose default asks for it"
        elif name[0].isdigit() and not name.strip("0123456789.,_eE+-%"):
            message = f"`{name}` is no number of the language"
            help = NUMBERS
        elif name[0] == "-" and name[1:] in self.values:
            help = write(f"0 - {name[1:]}")
        elif times := self._multiplies(name):
            message, help = (
                "`x` is no word of expressions",
                Proposal("to multiply, write ` * `", " * "),
            )
            place = Name("x", place.start + times - 1, place.start + times + 2)
        elif equals := _ASSIGNS.search(name):
            help = Proposal("to compare, write ` == `", " == ")
            place = Name("=", place.start + equals.start(), place.start + equals.end())
            message = "`=` is no word of expressions"
        elif any(sign in name for sign in "+-*/%=<>"):
            help = "binary operators take a space on both sides"
        else:
            help = self._suggest(place)
        self._report(message, place, cell, help)

    def _multiplies(self, name: str) -> int:
        """Return where in `n x 4` the `x` stands between what is known, or 0."""
        left, sign, right = name.partition(" x ")
        known = all(part in self.values or part.isdigit() for part in (left, right))
        return len(left) + 1 if sign and known else 0

    def _suggest(self, place: Name | Attribute) -> str:
        """Return the name that is meant, of a column before a parameter."""
        owner, dot, word = place.name.rpartition(".")
        if dot and owner in {*self.values, *self.tensors}:
            near = nearest(word, ATTRIBUTES)
            return meant(f"{owner}.{near}") if near else ""
        for column in sorted(self.columns):
            if begun := re.fullmatch(rf"{re.escape(place.name)} ?= ?(\S+)", column):
                return f"a default has a colon: write `{place.name}: {begun[1]}`"
        attribute = f".{place.attribute}" if isinstance(place, Attribute) else ""
        known = [*sorted(self.columns), *sorted(self.values - self.columns)]
        if attribute:
            known += sorted(self.tensors)
        near = nearest(place.name, known)
        if not near and attribute:
            return f"what has a size here: {listed(sorted(self.tensors))}"
        return meant(near + attribute) if near else ""

    def _report(
        self, message: str, place: Name | Attribute, cell: Scalar, help: str
    ) -> None:
        span = cell.part(place.start, place.end)
        self.found.add("bad-expression", message, span, help=help)


def _compute_list(inner: tuple[Argument, ...]) -> Compute:
    computes = [argument.compute for argument in inner]

    def compute(scope: Scope) -> tuple[Any, ...]:
        return tuple([item(scope) for item in computes])

    return compute
