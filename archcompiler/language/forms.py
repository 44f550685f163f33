"""What every form of the language shares: read from a node, closed, and placed in the file."""

from collections.abc import Mapping as AbstractMapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from archcompiler.diagnostics import Diagnostic, Span, suggest
from archcompiler.language.document import Mapping, Node, Scalar, Sequence


def located(code: str, message: str, span: Span, help: str = "") -> PydanticCustomError:
    """Return an error that pydantic collects and that carries its diagnostic."""
    diagnostic = Diagnostic(code, message, span, help=help)
    return PydanticCustomError("located", "{message}", {"message": message, "at": diagnostic})


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

    at: SkipJsonSchema[Any] = Field(exclude=True, repr=False)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, node: Any) -> Any:
        return node if isinstance(node, dict) else cls.read_node(node)

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Return the fields that a node holds; forms with a short form of their own override."""
        return cls.read_mapping(node)

    @classmethod
    def read_mapping(cls, node: Node) -> dict[str, Any]:
        """Return the fields of a mapping node, refusing unknown and missing keys."""
        mapping = require_mapping(node, cls.what)
        keys = cls.keys()
        for key, value in mapping.items():
            if key.text not in keys:
                help = suggest(key.text, keys) or f"the keys are {', '.join(keys)}"
                raise located("unknown-key", f"{cls.what} has no key `{key.text}`", key.span, help)
            if isinstance(value, Scalar) and value.blank:
                message = f"the key `{key.text}` has no value"
                raise located("wrong-type", message, key.span)
        for name, field in keys.items():
            if field.is_required() and name not in mapping.entries:
                message = f"{cls.what} needs the key `{name}`"
                raise located("missing-key", message, mapping.span)
        fields: dict[str, Any] = {text: entry[1] for text, entry in mapping.entries.items()}
        fields["at"] = node
        return fields

    @classmethod
    def keys(cls) -> dict[str, Any]:
        """Return the keys as they stand in YAML, with their fields."""
        fields = cls.model_fields
        return {field.alias or name: field for name, field in fields.items() if name != "at"}


def require_mapping(node: Any, what: str) -> Mapping:
    """Return a mapping node, or refuse another kind."""
    if isinstance(node, Mapping):
        return node
    help = ""
    if isinstance(node, Scalar) and ":" in node.text:
        left, right = node.text.split(":", 1)
        help = f"write a space after the colon: `{left}: {right.strip()}`"
    raise located("wrong-type", f"{what} is a mapping, received {describe(node)}", node.span, help)


def describe(node: Node) -> str:
    """Show a node in a message."""
    return f"`{node.text}`" if isinstance(node, Scalar) else node.kind


def read_text(node: Any) -> Any:
    """Return a scalar that is not blank."""
    if isinstance(node, Scalar):
        if node.blank or not node.text.strip():
            raise located("wrong-type", "a text is needed here, received a blank", node.span)
        return node
    help = ""
    if isinstance(node, Sequence):
        help = "a text that starts with `[` or holds a comma wants quotes"
    raise located("wrong-type", f"a text is needed here, received {node.kind}", node.span, help)


def read_cell(node: Any) -> Any:
    """Return a scalar, blank or not."""
    if isinstance(node, Scalar):
        return node
    help = "a cell that starts with `[` wants quotes" if isinstance(node, Sequence) else (
        "a cell that holds `: ` wants quotes"
    )
    raise located("wrong-type", f"a cell is a text, received {node.kind}", node.span, help)


def read_items(node: Any) -> Any:
    """Return the items of a list."""
    if isinstance(node, tuple):
        return node
    if isinstance(node, Sequence):
        return tuple(node.items)
    help = f"write `[{node.text}]`" if isinstance(node, Scalar) and not node.blank else ""
    raise located("wrong-type", f"a list is needed here, received {describe(node)}", node.span, help)


def read_entries(node: Any) -> Any:
    """Return the entries of a mapping: key text to (key, value)."""
    if isinstance(node, AbstractMapping):
        return node
    return require_mapping(node, "this").entries


def read_values(node: Any) -> Any:
    """Return the values of a mapping by key text."""
    entries = read_entries(node)
    if node is entries:
        return entries
    return {text: value for text, (_, value) in entries.items()}


_STRING = {"type": "string"}
_CELL = {"type": ["string", "number", "boolean", "null"]}
Text = Annotated[Any, BeforeValidator(read_text), WithJsonSchema({"type": ["string", "number"]})]
Cell = Annotated[Any, BeforeValidator(read_cell), WithJsonSchema(_CELL)]
Items = BeforeValidator(read_items)
Entries = BeforeValidator(read_entries)
Values = BeforeValidator(read_values)
