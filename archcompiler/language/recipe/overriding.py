"""Overriding: keys of a recipe that the command line sets.

`epochs` is what `--epochs` gives, `training.optimizer.learning_rate` what `--set` does,
and `recipe` what `--recipe` does: all of it, in the place of the spec's own.
"""

from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence as AbstractSequence
from itertools import pairwise
from typing import Any, NoReturn

from pydantic_core import PydanticCustomError

from archcompiler.diagnostics import Source, Span, SpecError, fail
from archcompiler.language.forms.forms import located
from archcompiler.language.forms.sections import ReadBy
from archcompiler.language.recipe import RECIPE, SET
from archcompiler.language.recipe.training import Training
from archcompiler.language.text.document import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    read_document,
)


def override_training(
    training: Training | None, values: AbstractMapping[str, str]
) -> Training | None:
    """Return the recipe with keys set to texts, as the command line gives them.

    Raises:
        SpecError: for a key or a value that a recipe cannot have.
    """
    if not values:
        return training
    values = dict(values)
    anew = values.pop(RECIPE, None)
    given = [_read(name, text) for name, text in values.items()]
    try:
        if anew is not None:
            document = read_document(Source(f"--{RECIPE}", anew), "a recipe")
            whole = Training.read_section(document).at
        elif training:
            whole = training.at
        else:
            whole = Mapping(given[0][0][0].source, 0, 0)
        for names, value in given:
            _refuse_within_one_value(names)
            whole = _with_value(whole, names, value)
        return Training.read_section(whole)
    except PydanticCustomError as error:
        raise SpecError((error.context or {})["found"]) from None


def merge_overrides(
    earlier: AbstractMapping[str, str], later: AbstractMapping[str, str]
) -> dict[str, str]:
    """Return what is set earlier, but for keys that are set anew, and what is later."""
    if RECIPE in later:
        return dict(later)
    anew = [f"{name.removeprefix(SET)}." for name in later]
    return {
        **{
            name: text
            for name, text in earlier.items()
            if not f"{name.removeprefix(SET)}.".startswith(tuple(anew))
        },
        **later,
    }


def key_of(name: str) -> str:
    """Return the key of the recipe in which something is set."""
    return name.removeprefix(SET).partition(".")[0]


def option_of(name: str, text: str) -> str:
    """Return how the command line sets it."""
    if name.startswith(SET):
        return f"--set={name}={text}"
    return f"--{name.replace(' ', '-')}={text}"


def _read(name: str, text: str) -> tuple[AbstractSequence[Scalar], Node]:
    """Return the keys on the way to a value, and the value, each at its place."""
    if not name.startswith(SET):
        source = Source(f"--{name.replace(' ', '-')}", text)
        key = Scalar(name, True, source, 0, 0, len(text))
        return [key], Scalar(text, True, source, 0, 0, len(text))
    source = Source("--set", f"{name}: {text}")
    if not source.text.isprintable():
        fail("bad-value", f"`{name}` needs a value in one line", Span(source, 0, 0, 1))
    ((_, value),) = read_document(source, "a setting").items()
    dots = [-1, *(at for at, sign in enumerate(name) if sign == "."), len(name)]
    ends = [(start + 1, end) for start, end in pairwise(dots)][1:]
    return [Scalar(name[a:b], True, source, 0, a, b) for a, b in ends], value


def _refuse_within_one_value(names: AbstractSequence[Scalar]) -> None:
    """Refuse `epochs.x`: a key whose field reads one text has nothing within."""
    key, *within = names
    field: Any = Training.keys().get(key.text)
    if within and field and not any(isinstance(m, ReadBy) for m in field.metadata):
        _refuse_within(key, within, "one value")


def _refuse_within(key: Scalar, names: AbstractSequence[Scalar], what: str) -> NoReturn:
    message = f"`{key.text}` is {what}, which is set as a whole"
    help = f"write `--set {SET}{key.text}=...`"
    raise located("wrong-type", message, names[0].span, help)


def _with_value(
    whole: Mapping, names: AbstractSequence[Scalar], value: Node
) -> Mapping:
    first, *rest = names
    if rest:
        _, node = whole.entries.get(first.text, (first, None))
        value = _within(node, first, rest, value)
    found = Mapping(whole.source, whole.line, whole.column)
    found.entries = {**whole.entries, first.text: (first, value)}
    return found


def _within(
    node: Node | None, key: Scalar, names: AbstractSequence[Scalar], value: Node
) -> Mapping:
    """Return what stands at a key with a value within: of a call, or of a mapping."""
    if isinstance(node, Sequence):
        _refuse_within(key, names, "a list")
    if isinstance(node, Scalar):  # a call without arguments
        node = _with_value(_empty(names[0]), [node], _empty(names[0]))
    if not isinstance(node, Mapping):
        return _with_value(_empty(names[0]), names, value)
    entries = list(node.items())
    if len(entries) == 1 and names[0].text not in node.entries:
        ((call, arguments),) = entries
        if isinstance(arguments, Mapping):
            return _with_value(node, [call], _with_value(arguments, names, value))
    return _with_value(node, names, value)


def _empty(at: Scalar) -> Mapping:
    return Mapping(at.source, at.line, at.column)
