"""What every form shares: read from a node, closed, and placed in the file."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping
from functools import cache
from itertools import takewhile
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SkipValidation,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from archcompiler.diagnostics import (
    MOST_FOUND,
    Diagnostic,
    Proposal,
    Span,
    listed,
    write,
)
from archcompiler.language.mistakes.other_forms import hole_help, size_help
from archcompiler.language.mistakes.synonyms import suggest_here
from archcompiler.language.text.document import (
    MOST_KEYS,
    Mapping,
    Node,
    Scalar,
    Sequence,
    too_many,
)

T = TypeVar("T")
Read = Annotated[T, SkipValidation(), SkipJsonSchema()]
"""A field that a form's own reader has made."""

Written = Scalar | tuple["Written", ...]
"""What stands in a cell or after an argument: a text, or a list of them."""


def located(code: str, message: str, span: Span, help: str = "") -> PydanticCustomError:
    """Return an error that pydantic collects and that carries its diagnostic."""
    return all_located([Diagnostic(code, message, span, help=help)])


def all_located(found: list[Diagnostic]) -> PydanticCustomError:
    """Return an error that carries several diagnostics."""
    return PydanticCustomError("located", "see `found`", {"found": found})


def found_by(error: ValidationError, span: Span) -> list[Diagnostic]:
    """Return what pydantic collected; `span` is for what carries no place."""
    found: list[Diagnostic] = []
    for item in error.errors(include_url=False):
        carried = item.get("ctx", {}).get("found")
        if carried is None:  # a form without a reader of its own
            place = getattr(item["input"], "span", span)
            carried = [Diagnostic("bad-value", item["msg"], place)]
        found += carried
        if len(found) >= MOST_FOUND:
            break
    return list(dict.fromkeys(found))


class Form(BaseModel):
    """A mapping with closed keys. `at` is the node by which messages name its place."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        defer_build=True,
        populate_by_name=True,
    )
    what: ClassVar[str] = "this"
    """How messages call the form."""

    elsewhere: ClassVar[AbstractMapping[str, str]] = {}
    """By a key that people try and the form has not, what they write instead."""

    at: Read[Any] = Field(exclude=True, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, node: Any) -> Any:
        return node if node.__class__ is dict else cls.read_node(node)

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Return the fields that a node holds; forms with a short form override."""
        return cls.read_mapping(node)

    @classmethod
    def read_mapping(cls, node: Node) -> dict[str, Any]:
        """Return the fields of a mapping node, refusing unknown and missing keys."""
        keys = cls.keys()
        help = f"its keys are {listed(keys, 20)}"
        mapping = require_mapping(node, cls.what, help)
        refuse_unknown_keys(mapping, keys, cls.what, cls.elsewhere)
        blank = [
            Diagnostic(
                "wrong-type",
                f"the key `{key.text}` has no value",
                key.span,
                help=cut_by_comma(mapping, key) or colon_lost(key, keys),
            )
            for key, value in mapping.items()
            if isinstance(value, Scalar) and value.blank
        ]
        missing = [
            Diagnostic("missing-key", f"{cls.what} needs the key `{key}`", mapping.span)
            for key in _required_keys(cls)
            if key not in mapping.entries
        ]
        if blank or missing:
            raise all_located([*blank, *missing])
        fields: dict[str, Any] = {k: entry[1] for k, entry in mapping.entries.items()}
        fields["at"] = node
        return fields

    @classmethod
    def keys(cls) -> dict[str, Any]:
        """Return the keys as they stand in YAML, with their fields."""
        return _keys(cls)


@cache
def _keys(form: type[Form]) -> dict[str, Any]:
    fields = form.model_fields.items()
    return {field.alias or name: field for name, field in fields if name != "at"}


@cache
def _required_keys(form: type[Form]) -> list[str]:
    return [key for key, field in form.keys().items() if field.is_required()]


def require_mapping(node: Node, what: str, help: str = "") -> Mapping:
    """Return a mapping node, or refuse another kind; `help` says how it is written."""
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Scalar) and ":" in node.text:
        left, right = node.text.split(":", 1)
        meant = f"{left}: {right.strip()}"
        help = Proposal(f"write a space after the colon: `{meant}`", meant)
    message = f"{what} is a mapping, received {describe(node)}"
    raise located("wrong-type", message, node.span, help)


def refuse_unknown_keys(
    mapping: Mapping,
    keys: AbstractMapping[str, Any],
    what: str,
    elsewhere: AbstractMapping[str, str] = {},
) -> None:
    """Refuse keys that are not among `keys`, all at once."""
    found: list[Diagnostic] = []
    for key, value in mapping.items():
        if len(found) == MOST_FOUND:
            break
        if key.text not in keys:
            help = elsewhere.get(key.text) or suggest_here(key.text, keys)
            help = help or (
                f"the keys are {listed(keys, 20)}" if keys else "it has none"
            )
            if isinstance(help, Proposal) and _stands_beside(help.text, key, mapping):
                help = f"`{help.text}` stands here already"
            if isinstance(value, Scalar) and value.blank:
                help = cut_by_comma(mapping, key) or colon_lost(key, keys) or help
            message = f"{what} has no key `{key.text}`"
            found.append(Diagnostic("unknown-key", message, key.span, help=help))
    if found:
        raise all_located(found)


def _stands_beside(name: str, key: Scalar, mapping: Mapping) -> bool:
    """Whether a name is a key of the same text; another may set it anew."""
    there, _ = mapping.entries.get(name, (None, None))
    return there is not None and there.source is key.source


def colon_lost(key: Scalar, names: Iterable[str] = ()) -> str:
    """Return the help for `patch 3x3`, a key that has lost its colon, or nothing."""
    if not key.plain or " " not in key.text:
        return ""
    begins = [name for name in names if key.text.startswith(f"{name} ")]
    name = max(begins, key=len, default="")
    if not name and names:
        return ""
    name = name or key.text.partition(" <")[0]
    name = name if len(name) < len(key.text) else key.text.rpartition(" ")[0]
    entry = f"{name}: {key.text[len(name) :].strip()}"
    return Proposal(f"write a colon: `{entry}`", entry)


def bare_name(node: Node, key: Scalar) -> str:
    """Return the help for `{name}` and `name:`, where a name alone is meant."""
    line = key.source.line(key.line + 1)
    braces = line[node.column : key.column].strip() == "{"
    end = (_BRACE if braces else _COLON).match(line, key.end)
    if key.end < 0 or end is None:
        return f"a name without arguments stands alone: write `{key.text}`"
    first = node.column if braces else key.column
    place = Span(key.source, key.line + 1, first + 1, end.end() + 1)
    return write(line[key.column : key.end], place)


_BRACE = re.compile(r"\s*:?\s*~?\s*,?\s*\}")
_COLON = re.compile(r"\s*:(?:\s*~)?")


def cut_by_comma(mapping: Mapping, key: Scalar, *, takes_lists: bool = True) -> str:
    """Return the help for a key that is the end of a value, which a comma cut off.

    Of `3,066` and of `<max(a, b)>` it made a value and a key; a hole may be cut twice.
    """
    entries = [*mapping.items()]
    at = next(place for place, (each, _) in enumerate(entries) if each is key)
    before = key if at == 0 else entries[at - 1][1]
    if not isinstance(before, Scalar) or before.line != key.line or not before.plain:
        return ""
    parted = _PARTED.fullmatch(f"{before.text},{key.text}")
    if before.end + 1 == key.column and parted:
        sign = "" if is_thousands(before.text, key.text) else "."
        return _proposed_value(before, key, f"{before.text}{sign}{key.text}")
    parts = [before.text]
    for each, value in entries[at:] if "<" in before.text else ():
        if not (isinstance(value, Scalar) and value.blank and each.line == key.line):
            break
        parts.append(each.text)
        if each.text.endswith(">"):
            return _proposed_value(before, each, "; ".join(parts))
    of_list = takes_lists and before is not key
    return _as_one_list(entries[at - 1 :]) if of_list else ""


def _as_one_list(entries: list[tuple[Scalar, Node]]) -> str:
    """Return the help for `from: x2, y1` and `dims: 1, 3, 2`, or nothing."""
    (owner, first), *others = entries
    assert isinstance(first, Scalar)
    blank = takewhile(lambda entry: _is_blank_on(entry, owner.line), others)
    words = [first, *[key for key, _ in blank]]
    texts = [word.text for word in words]
    if owner.text != "from" and not all(text.isdigit() for text in texts):
        return ""
    text = f"[{', '.join(texts)}]"
    return _proposed_value(words[0], words[-1], text, "a list wants brackets")


def _is_blank_on(entry: tuple[Scalar, Node], line: int) -> bool:
    key, value = entry
    return isinstance(value, Scalar) and value.blank and key.line == line


def is_thousands(before: str, behind: str) -> bool:
    """Whether the comma of `3,066` parts thousands: that of `0,75` is a point."""
    return len(behind.rstrip(_UNITS)) == 3 and not before.startswith("0")


_UNITS = "KMGBT%"
_PARTED = re.compile(rf"\d+,\d+[{_UNITS}]?")


def _proposed_value(
    first: Scalar, last: Scalar, value: str, why: str = "a comma ends a value"
) -> Proposal:
    span = first.span
    place = Span(span.source, span.line, span.column, last.span.end)
    return Proposal(f"{why}: write `{value}`", value, place)


def only_entry(node: Node, form: str) -> tuple[Scalar, Node]:
    """Return the key and value of a mapping with one entry; `form` says what is due."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        message = f"{form}, received {describe(node)}"
        raise located("wrong-type", message, node.span)
    return next(node.items())


def whole(node: Node) -> Span:
    """Return the place of a value, or of all of a list within brackets."""
    return node.brackets or node.span if isinstance(node, Sequence) else node.span


def describe(node: Node) -> str:
    """Show a node in a message."""
    if isinstance(node, Scalar):
        return "a blank" if node.blank else f"`{node.text}`"
    if isinstance(node, Mapping) and len(node.entries) > 1:
        return f"a mapping of {len(node.entries)} keys"
    return node.kind


def read_text(node: Any) -> Scalar:
    """Return a scalar that is not blank."""
    if isinstance(node, Scalar):
        if node.blank or not node.text.strip():
            message = "a text is needed here, received a blank"
            raise located("wrong-type", message, node.span)
        return node
    help = "a text that starts with `{` or holds `: ` wants quotes"
    if isinstance(node, Mapping):
        help = _as_hole(node) or help
    if isinstance(node, Sequence):
        help = "a text that starts with `[` or holds a comma wants quotes"
        help = _list_as_size(node) or help
    message = f"a text is needed here, received {describe(node)}"
    raise located("wrong-type", message, whole(node), help)


def _as_hole(node: Mapping) -> str:
    """Return the help for `{n}`, an expression of other languages, or nothing."""
    line, column = node.line + 1, node.column + 1
    place = Span(node.source, line, column, column + 1)
    return hole_help(node.source.line(line), place)


def _list_as_size(node: Sequence) -> str:
    """Return the size that a list of numbers was to be, as a help."""
    texts = [item.text for item in node.items if isinstance(item, Scalar)]
    is_size = len(texts) == len(node.items) > 2
    return size_help(",".join(texts)) if is_size else ""


def read_cell(node: Any) -> Scalar:
    """Return a scalar, blank or not."""
    if isinstance(node, Scalar):
        return node
    help = "a cell that holds `: ` wants quotes"
    if isinstance(node, Mapping):
        help = _as_hole(node) or help
    if isinstance(node, Sequence):
        help = "a cell that starts with `[` wants quotes"
    message = f"a cell is a text, received {describe(node)}"
    raise located("wrong-type", message, node.span, help)


def read_written(node: Node) -> Written:
    """Return a scalar, or a list of them as `target_shape: [7, 7, 64]`."""
    if isinstance(node, Mapping):
        help = _as_hole(node) or "a text that holds `: ` wants quotes"
        message = f"a text or a list is needed here, received {describe(node)}"
        raise located("wrong-type", message, node.span, help)
    if isinstance(node, Scalar):
        return read_text(node)
    if not node.items:
        message = "a list holds at least one value"
        raise located("wrong-type", message, node.span)
    return tuple([read_written(item) for item in node.items])


def read_source(node: Node) -> tuple[Scalar, ...]:
    """Return what `from` names: one reference, or a list of them."""
    if not isinstance(node, Sequence):
        return (read_text(node),)
    if not node.items:
        raise located("wrong-type", "`from` names at least one value", node.span)
    return tuple([read_text(item) for item in node.items])


def read_items(node: Any) -> tuple[Node, ...]:
    """Return the items of a list."""
    if isinstance(node, tuple):
        return node
    if isinstance(node, Sequence):
        return tuple(node.items)
    help = ""
    if isinstance(node, Scalar) and not node.blank:
        help = as_list(node)
    elif isinstance(node, Mapping):
        help = "begin each item with `- `"
    message = f"a list is needed here, received {describe(node)}"
    raise located("wrong-type", message, node.span, help)


def few(node: Sequence) -> Sequence:
    """Return a list that is held against every row: of columns, inputs, choices."""
    if found := too_many(node, MOST_KEYS):
        raise all_located([found])
    return node


def read_few(node: Any) -> tuple[Node, ...]:
    """Return the items of a list that is held against every row."""
    return read_items(few(node) if isinstance(node, Sequence) else node)


def as_list(node: Scalar) -> str:
    """Return the help for a text where a list is due: it may have lost a bracket."""
    if node.text.startswith("["):
        return write(f"{node.text}]")
    return write(f"[{node.text}" if node.text.endswith("]") else f"[{node.text}]")


def read_entries(node: Any, info: ValidationInfo) -> Any:
    """Return the entries of a mapping: key text to (key, value)."""
    if isinstance(node, AbstractMapping):
        return node
    return require_mapping(node, _key(info), _NAMED).entries


def read_values(node: Any, info: ValidationInfo) -> Any:
    """Return the values of a mapping by key text."""
    return _values(node, _key(info), _NAMED)


def values_of(what: str, form: str) -> BeforeValidator:
    """Return what reads the values of a mapping; messages call it `what`."""
    return BeforeValidator(lambda node: _values(node, what, f"write `{form}`"))


def _values(node: Any, what: str, help: str) -> Any:
    if isinstance(node, AbstractMapping):
        return node
    mapping = require_mapping(node, what, help)
    for key, value in mapping.items():
        lost = isinstance(value, Scalar) and value.blank and not value.text
        if lost and (help := cut_by_comma(mapping, key)):
            raise located("bad-value", "a value is cut in two", key.span, help)
    return {text: value for text, (_, value) in mapping.entries.items()}


_NAMED = "write `name: ...` for each, without `- ` or brackets"


def _key(info: ValidationInfo) -> str:
    """Return the key of a field as it stands in YAML."""
    assert info.field_name is not None
    return f"`{info.field_name.replace('_', ' ')}`"


_TEXT = WithJsonSchema({"type": ["string", "number"]})
_CELL = WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
Text = Annotated[Scalar, BeforeValidator(read_text), _TEXT]
ScalarCell = Annotated[Scalar, BeforeValidator(read_cell), _CELL]
Items = BeforeValidator(read_items)
Few = BeforeValidator(read_few)
Entries = BeforeValidator(read_entries)
Values = BeforeValidator(read_values)
