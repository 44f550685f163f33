"""Sections: forms whose values are read at once, by the fields that take them.

Another form keeps the scalars of the document, since what a cell means is known only
when the table runs. In a section every value is known when it is read, so a mistake is
found here, at its place.
"""

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as AbstractMapping
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from archcompiler.diagnostics import MOST_FOUND, Diagnostic, Span, suggest
from archcompiler.language.forms.forms import (
    Form,
    all_located,
    bare_name,
    describe,
    located,
    only_entry,
    read_text,
    refuse_unknown_keys,
    require_mapping,
)
from archcompiler.language.mistakes.refusals import refusal
from archcompiler.language.text.document import Mapping, Node, Scalar
from archcompiler.ops.fields import quote

T = TypeVar("T")


class ReadBy(NamedTuple):
    """The mark of a field that is no single text: what reads its node."""

    read: Callable[[Node], Any]


class Section(Form):
    """A form whose fields read their values: each finding stands at its value."""

    @classmethod
    def read_section(cls, node: Node) -> Self:
        """Return the section that a mapping holds, or raise every finding."""
        mapping = require_mapping(node, cls.what)
        keys = cls.keys()
        found: list[Diagnostic] = []
        with collected(found):
            refuse_unknown_keys(mapping, keys, cls.what, cls.elsewhere)
        values: dict[str, Any] = {"at": node}
        for name, (key, value) in mapping.entries.items():
            if len(found) >= MOST_FOUND:
                break
            with collected(found):
                if name in keys:
                    values[name] = _read(keys[name], key, value)
        return cls._make(mapping, values, found)

    @classmethod
    def _make(
        cls, mapping: Mapping, values: dict[str, Any], found: list[Diagnostic]
    ) -> Self:
        """Return the section, or raise what was found beside what its fields find."""
        section = None
        try:
            section = cls.model_validate(values)
        except ValidationError as error:
            for item in error.errors(include_url=False)[:MOST_FOUND]:
                found += cls._diagnose(item, mapping)
        if section is None or found:
            found.sort(key=_position)
            raise all_located(found)
        return section

    @classmethod
    def _diagnose(cls, item: Any, mapping: Mapping) -> Iterator[Diagnostic]:
        name = str(item["loc"][0])
        if item["type"] != "missing":
            value = mapping.entries[name][1]
            needs, help = refusal(item, getattr(value, "text", item["input"]))
            message = f"`{name}` of {cls.what} {needs}"
            yield Diagnostic("bad-value", message, value.span, help=help)
        elif name not in mapping.entries:
            message = f"{cls.what} needs the key `{name}`"
            yield Diagnostic("missing-key", message, mapping.span)

    def plain(self) -> dict[str, Any]:
        """Return the values by key, as JSON has them."""
        return {
            key: _plain(getattr(self, name))
            for key, (name, _) in self._fields().items()
        }

    def written(self) -> dict[str, Any]:
        """Return the values by key that are not what they are where nothing is said."""
        return {
            key: _plain(getattr(self, name), "written")
            for key, (name, field) in self._fields().items()
            if _plain(getattr(self, name))
            != _plain(field.get_default(call_default_factory=True))
        }

    @classmethod
    def _fields(cls) -> dict[str, tuple[str, Any]]:
        """Return the fields with their names in Python, by key."""
        fields = cls.model_fields.items()
        return {f.alias or name: (name, f) for name, f in fields if name != "at"}


class NamedSection(Section):
    """A section that is called by a name: `SGD`, or `SGD: {momentum: 0.9}`."""

    name: ClassVar[str]

    def arguments(self) -> dict[str, Any]:
        """Return the arguments that differ from the defaults, in order."""
        fields = type(self).model_fields
        given = {name: getattr(self, name) for name in fields if name != "at"}
        return {n: v for n, v in given.items() if v != fields[n].default}

    def plain(self) -> dict[str, Any]:
        """Return the name with the values by key."""
        return {self.name: super().plain()}

    def written(self) -> dict[str, Any]:
        """Return the name with the values that are no defaults."""
        return {self.name: super().written()}


def _position(diagnostic: Diagnostic) -> tuple[int, int]:
    span = diagnostic.span
    assert span is not None
    return span.line, span.column


@contextmanager
def collected(found: list[Diagnostic]) -> Iterator[None]:
    """Add what is raised within to `found`, and go on."""
    try:
        yield
    except PydanticCustomError as error:
        found += (error.context or {})["found"]


def read_all(items: Iterable[T], read: Callable[[T], Any]) -> tuple[Any, ...]:
    """Read each of several things, or raise what is wrong with all of them."""
    found: list[Diagnostic] = []
    values = []
    for item in items:
        if len(found) >= MOST_FOUND:
            break
        with collected(found):
            values.append(read(item))
    if found:
        raise all_located(found)
    return tuple(values)


class _Bare(Mapping):
    """The arguments of a name that stands alone: none, at the place of the name."""

    __slots__ = ("name",)

    def __init__(self, name: Scalar) -> None:
        super().__init__(name.source, name.line, name.column)
        self.name = name

    @property
    def span(self) -> Span:
        """The place of the name."""
        return self.name.span


def read_call(
    node: Node, kinds: AbstractMapping[str, type[NamedSection]], what: str
) -> Any:
    """Return what a node calls, bare or with arguments.

    Raises:
        PydanticCustomError: for an unknown name or a wrong argument.
    """
    if isinstance(node, Scalar):
        name = read_text(node)
        return _kind(name, kinds, what).read_section(_Bare(name))
    form = f"{what} is a name, or a name with arguments: `name: {{argument: value}}`"
    key, given = only_entry(node, form)
    kind = _kind(key, kinds, what)
    if not isinstance(given, Scalar) or not given.blank:
        return kind.read_section(given)
    kind.read_section(_Bare(key))  # tells what it needs, if anything
    message = f"{kind.what} is followed by no arguments"
    raise located("wrong-type", message, key.span, bare_name(node, key))


def _kind(
    name: Scalar, kinds: AbstractMapping[str, type[NamedSection]], what: str
) -> type[NamedSection]:
    if name.text in kinds:
        return kinds[name.text]
    message = f"{what} cannot be {quote(name.text)}"
    help = suggest(name.text, kinds) or f"it is one of {', '.join(kinds)}"
    raise located("bad-value", message, name.span, help)


def _read(field: Any, key: Scalar, node: Node) -> Any:
    """Return a text, or what the field's own reader makes of the node."""
    if isinstance(node, Scalar) and node.blank:
        message = f"the key `{key.text}` has no value"
        raise located("wrong-type", message, key.span)
    for mark in field.metadata:
        if isinstance(mark, ReadBy):
            return mark.read(node)
    if isinstance(node, Scalar):
        return read_text(node).text
    message = f"`{key.text}` is one value, received {describe(node)}"
    raise located("wrong-type", message, node.span)


def _plain(value: Any, how: str = "plain") -> Any:
    """Return a value as JSON has it; what cannot be told so is asked for `plain`."""
    if call := getattr(value, how, None) or getattr(value, "plain", None):
        return _plain(call(), how)
    if isinstance(value, AbstractMapping):
        return {str(key): _plain(one, how) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, how) for one in value]
    return value
