"""Reading: rules as YAML has them, those that ship and those that people write."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, ValidationError

from archcompiler.counting.rules import (
    AS_FUNCTION,
    FINAL,
    PLAIN,
    Fault,
    Prices,
    Rule,
    plain_rule,
)
from archcompiler.diagnostics import (
    Diagnostic,
    Source,
    SpecError,
    listed,
    meant,
    suggest,
)
from archcompiler.language.forms.forms import (
    Form,
    Items,
    Text,
    Values,
    found_by,
    located,
    read_text,
    require_mapping,
)
from archcompiler.language.text.document import Node, Scalar, read_document
from archcompiler.ops.fields import quote, read_number
from archcompiler.ops.table import OPS

_MEASURES = "write what is measured and its price: `{outputs: 1}`"


def _read_whole(node: Any) -> int:
    cell = read_text(node)
    number = read_number(cell.text)
    if isinstance(number, int):
        return number
    message = f"a price is a whole number, received {quote(cell.text)}"
    help = "prices may be doubled and `divide: 2` written"
    raise located("bad-value", message, cell.span, help)


def _read_divisor(node: Any) -> int:
    number = _read_whole(node)
    if number > 0:
        return number
    message = f"`divide` is a whole number above 0, received {number}"
    raise located("bad-value", message, node.span)


def _read_prices(node: Any) -> Prices:
    kinds = require_mapping(node, "a list of prices", "write `ReLU: {outputs: 1}`")
    return {kind.text: _read_measures(of) for kind, of in kinds.items()}


def _read_measures(node: Node) -> Mapping[str, int]:
    measures = require_mapping(node, "a price", _MEASURES)
    return {name.text: _read_whole(value) for name, value in measures.items()}


def _read_functions(node: Any) -> str:
    cell = read_text(node)
    if cell.text == "as modules":
        return cell.text
    message = f"`functions` is `as modules`, received {quote(cell.text)}"
    help = "leave it out where work that is written as a function is not seen"
    raise located("bad-value", message, cell.span, help)


_Prices = Annotated[Any, BeforeValidator(_read_prices)]


_BEGIN = "begin with `prices:`, or with `like:` and the name of a rule"


class RuleForm(Form):
    """A rule as it is written."""

    what: ClassVar[str] = "a rule of counting"

    like: Text | None = None
    tools: Annotated[tuple[Text, ...], Items] = ()
    date: Text | None = None
    divide: Annotated[Any, BeforeValidator(_read_divisor)] = None
    functions: Annotated[Any, BeforeValidator(_read_functions)] = ""
    faults: Annotated[dict[str, Text], Values] = Field(default={})
    prices: _Prices = Field(default={})
    training: _Prices = Field(default={})


def read_rules(source: Source) -> dict[str, Rule]:
    """Read a file of several rules, each under its names: `fvcore, mmengine: {...}`.

    Raises:
        SpecError: for what is no rule, each with its place.
    """
    found: dict[str, Rule] = {}
    for key, node in read_document(source).items():
        names = tuple(key.text.split(", "))
        rule = _rule(names, _form(node), found)
        found |= dict.fromkeys(names, rule)
    return found


def read_rule(source: Source, name: str, known: Mapping[str, Rule]) -> Rule:
    """Read a file of one rule, that may be `like` one of those known.

    Raises:
        SpecError: for what is no rule, and for kinds of work and measures of them
            that neither an op nor a rule has.
    """
    form = _form(read_document(source, RuleForm.what, _BEGIN))
    if wrong := list(_unknown_words(form, known)):
        raise SpecError(wrong)
    return _rule((name,), form, known)


def _form(node: Node) -> RuleForm:
    try:
        return RuleForm.model_validate(node)
    except ValidationError as error:
        raise SpecError(found_by(error, node.span)) from None


def _rule(names: tuple[str, ...], form: RuleForm, known: Mapping[str, Rule]) -> Rule:
    tools = tuple([tool.text for tool in form.tools])
    if names[0] in PLAIN:
        return plain_rule(names, tools)
    base = known[form.like.text] if form.like is not None else Rule(())
    faults = tuple([Fault(of, what.text) for of, what in form.faults.items()])
    return replace(
        base,
        names=names,
        tools=tools,
        date=form.date.text if form.date is not None else "",
        divide=form.divide or base.divide,
        functions=form.functions or base.functions,
        faults=faults or base.faults,
        prices={**base.prices, **form.prices},
        training={**base.training, **form.training},
    )


def _unknown_words(form: RuleForm, known: Mapping[str, Rule]) -> Iterator[Diagnostic]:
    """Yield what no op is called, no op has, or no rule is called."""
    if form.like is not None and form.like.text not in known:
        message = f"no rule is called `{form.like.text}`"
        help = suggest(form.like.text, known) or f"those known are {listed(known, 40)}"
        yield Diagnostic("bad-reference", message, form.like.span, help=help)
    measures = _measures(known.values())
    for key in ("prices", "training"):
        entry = form.at.entries.get(key)
        for kind, of in entry[1].items() if entry else ():
            name = kind.text.removesuffix(AS_FUNCTION).removeprefix(FINAL)
            if name not in kinds_of_work():
                yield _unknown(kind, "no work is called", meant_kind(name))
            for measure, _ in of.items():
                if measure.text not in measures:
                    help = suggest(measure.text, measures)
                    help = help or f"those known are {listed(sorted(measures), 30)}"
                    yield _unknown(measure, "of no work is measured", help)


def _unknown(word: Scalar, what: str, help: str) -> Diagnostic:
    message = f"{what} {quote(word.text)}"
    return Diagnostic("bad-reference", message, word.span, help=help)


def meant_kind(word: str) -> str:
    """Return which kind of work is meant by a word, of which no work is called so."""
    for op in OPS.values():
        if word in (op.__name__, op.in_words()):
            return meant(op.kinds()[0])
    kinds = kinds_of_work()
    return suggest(word, kinds) or f"those known are {listed(kinds, 20)}"


@cache
def kinds_of_work() -> tuple[str, ...]:
    """Return what work is called, by the ops that do it."""
    return tuple(sorted({kind for op in OPS.values() for kind in op.kinds()}))


def _measures(rules: Iterable[Rule]) -> frozenset[str]:
    """Return what is measured of work."""
    return frozenset(
        [measure for r in rules for of in r.prices.values() for measure in of]
    )
