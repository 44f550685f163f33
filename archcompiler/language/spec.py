"""The Spec: what a file of the language holds, closed and strict.

Every form keeps the scalars of the document, so that later phases can still name the line
and column of a cell. Values are read by the field that receives them, not here.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from archcompiler.language.document import Mapping, Node, Scalar, Sequence
from archcompiler.language.forms import (
    Cell,
    Entries,
    Form,
    Items,
    Text,
    Values,
    describe,
    located,
    read_cell,
    read_text,
    require_mapping,
)
from archcompiler.ops.fields import read_number

CLAIM_COLUMNS = ("input size", "output size", "filter shape", "depth", "params", "ops")
CALL_WORDS = ("name", "from", "when", "repeat")
ROW_WORDS = ("type", *CALL_WORDS)


class Paper(Form):
    """Where the table is printed."""

    what: ClassVar[str] = "`paper`"

    title: Text
    arxiv: Text | None = None
    doi: Text | None = None
    url: Text | None = None
    year: Text | None = None
    authors: Text | None = None
    section: Text | None = None
    table: Text | None = None
    figure: Text | None = None
    note: Text | None = None


class Column(Form):
    """An argument of a block, `filters`, with a default where it has one, `stride: 1`."""

    what: ClassVar[str] = "a column"

    name: SkipJsonSchema[Any]
    default: SkipJsonSchema[Any] = None

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `filters` or `stride: 1`."""
        if isinstance(node, Mapping):
            name, default = _only_entry(node, "a column is `name` or `name: default`")
            return {"at": name, "name": name, "default": read_text(default)}
        name = read_text(node)
        return {"at": name, "name": name}


class TableColumn(Form):
    """A heading, its meaning where it differs, or a heading of which a parameter chooses."""

    what: ClassVar[str] = "a column"

    heading: SkipJsonSchema[Any]
    meaning: SkipJsonSchema[Any]
    parameter: SkipJsonSchema[Any] = None
    choices: SkipJsonSchema[tuple[Any, ...]] = ()

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `depth`, `n: repeat` or `type: {configuration: [A, B]}`."""
        if not isinstance(node, Mapping):
            heading = read_text(node)
            return {"at": heading, "heading": heading, "meaning": heading}
        heading, meaning = _only_entry(node, "a column is `heading` or `heading: meaning`")
        if not isinstance(meaning, Mapping):
            return {"at": heading, "heading": heading, "meaning": read_text(meaning)}
        form = "sub-headings are `{parameter: [choice, choice]}`"
        parameter, choices = _only_entry(meaning, form)
        if not isinstance(choices, Sequence) or not choices.items:
            raise located("wrong-type", form, parameter.span)
        chosen = tuple(read_text(choice) for choice in choices.items)
        return {
            "at": heading, "heading": heading, "meaning": heading,
            "parameter": parameter, "choices": chosen,
        }  # fmt: skip


class Step(Form):
    """A call with its arguments, a fork of branches with a merge, or a lone `from`."""

    what: ClassVar[str] = "a step"

    call: SkipJsonSchema[Any] = None
    arguments: SkipJsonSchema[dict[str, Any]] = {}
    branches: "tuple[tuple[Step, ...], ...] | None" = None
    merge: "Step | None" = None
    then: "tuple[Step, ...]" = ()
    name: SkipJsonSchema[Any] = None
    when: SkipJsonSchema[Any] = None
    repeat: SkipJsonSchema[Any] = None
    source: SkipJsonSchema[Any] = Field(default=None, alias="from")

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `relu`, `Conv2D: {...}`, `{branches, merge}` or `from: x`."""
        if isinstance(node, Scalar):
            return {"at": node, "call": read_text(node)}
        mapping = require_mapping(node, "a step")
        if "branches" in mapping.entries:
            return cls._read_fork(mapping)
        call, arguments = _only_entry(mapping, "a step is `call`, `call: {arguments}` or a fork")
        if call.text == "from":
            return {"at": call, "from": _read_source(arguments)}
        if call.text in ("sequence", "merge", "then"):
            message = f"`{call.text}` belongs to a block or a fork, not here"
            raise located("unknown-key", message, call.span)
        fields: dict[str, Any] = {"at": call, "call": call}
        if isinstance(arguments, Scalar) and arguments.blank:
            message = f"`{call.text}:` without arguments"
            raise located("wrong-type", message, call.span, f"write `{call.text}`")
        fields |= _read_call_words(require_mapping(arguments, f"what `{call.text}` takes"))
        return fields

    @classmethod
    def _read_fork(cls, mapping: Mapping) -> dict[str, Any]:
        keys = ("branches", "merge", "then", *CALL_WORDS)
        for key, _ in mapping.items():
            if key.text not in keys:
                message = f"a fork has no key `{key.text}`"
                raise located("unknown-key", message, key.span, f"the keys are {', '.join(keys)}")
        fields = read_fork(mapping)
        words = {k: v for k, (_, v) in mapping.entries.items() if k in CALL_WORDS}
        for word, value in words.items():
            fields[word] = _read_source(value) if word == "from" else read_text(value)
        return {"at": mapping.entries["branches"][0], **fields}


def _only_entry(node: Node, form: str) -> tuple[Any, Any]:
    """Return the key and value of a mapping with one entry."""
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        raise located("wrong-type", form, node.span)
    return next(node.items())


def read_fork(mapping: Mapping) -> dict[str, Any]:
    """Return the branches, the merge and what follows it."""
    key = mapping.entries["branches"][0]
    if "merge" not in mapping.entries:
        message = "branches need a `merge`"
        raise located("missing-key", message, key.span, "for instance `merge: concatenate`")
    branches = mapping.entries["branches"][1]
    if not isinstance(branches, Sequence) or len(branches.items) < 2:
        raise located("wrong-type", "`branches` is a list of at least two lists", key.span)
    read = tuple(_read_steps(branch) for branch in branches.items)
    fields: dict[str, Any] = {"branches": read, "merge": mapping.entries["merge"][1]}
    if "then" in mapping.entries:
        fields["then"] = _read_steps(mapping.entries["then"][1])
    return fields


def _read_steps(node: Any) -> tuple[Any, ...]:
    if isinstance(node, Sequence):
        return tuple(node.items)
    help = f"write `[{node.text}]`" if isinstance(node, Scalar) else "begin each step with `-`"
    message = f"a list of steps is needed here, received {describe(node)}"
    raise located("wrong-type", message, node.span, help)


def _read_call_words(mapping: Mapping) -> dict[str, Any]:
    """Split what stands in a call's braces into words of the language and arguments."""
    fields: dict[str, Any] = {}
    arguments: dict[str, Any] = {}
    for text, (key, value) in mapping.entries.items():
        if text == "from":
            fields["from"] = _read_source(value)
        elif text in CALL_WORDS:
            fields[text] = read_text(value)
        else:
            arguments[text] = (key, _read_argument(value))
    fields["arguments"] = arguments
    return fields


def _read_argument(node: Node) -> Any:
    """Read a scalar, or a list of them as `target_shape: [7, 7, 64]`."""
    if isinstance(node, Sequence):
        return tuple(_read_argument(item) for item in node.items)
    if isinstance(node, Mapping):
        raise located("wrong-type", "an argument is a value or a list", node.span)
    return read_text(node)


def _read_source(node: Node) -> tuple[Any, ...]:
    """Read what `from` names: one reference, or a list of them."""
    if isinstance(node, Sequence):
        if not node.items:
            raise located("wrong-type", "`from` names at least one value", node.span)
        return tuple(read_text(item) for item in node.items)
    return (read_text(node),)


class Block(Form):
    """A block: its columns, its inputs where there are several, and its body."""

    what: ClassVar[str] = "a block"

    name: SkipJsonSchema[Any]
    columns: tuple[Column, ...] = ()
    inputs: tuple[Text, ...] = ()
    sequence: tuple[Step, ...] = ()
    branches: "tuple[tuple[Step, ...], ...] | None" = None
    merge: Step | None = None
    then: tuple[Step, ...] = ()

    @classmethod
    def read_node(cls, entry: Any) -> dict[str, Any]:
        """Read a key and its body: a `sequence`, or `branches` and their `merge`."""
        key, node = entry
        mapping = require_mapping(node, f"the block `{key.text}`")
        keys = ("columns", "inputs", "sequence", "branches", "merge", "then")
        for word, _ in mapping.items():
            if word.text not in keys:
                help = f"the keys are {', '.join(keys)}"
                message = f"a block has no key `{word.text}`"
                raise located("unknown-key", message, word.span, help)
        entries = mapping.entries
        if ("sequence" in entries) == ("branches" in entries):
            message = f"the block `{key.text}` needs a `sequence`, or `branches` and a `merge`"
            raise located("missing-key", message, key.span)
        fields: dict[str, Any] = {"at": key, "name": key}
        for word in ("columns", "inputs"):
            if word in entries:
                fields[word] = _read_list(entries[word][1], word)
        if "branches" in entries:
            return fields | read_fork(mapping)
        for word in ("merge", "then"):
            if word in entries:
                message = f"`{word}` goes with `branches`"
                raise located("unknown-key", message, entries[word][0].span)
        fields["sequence"] = _read_steps(entries["sequence"][1])
        return fields


def _read_list(node: Node, what: str) -> tuple[Any, ...]:
    if isinstance(node, Sequence):
        return tuple(node.items)
    raise located("wrong-type", f"`{what}` is a list, received {describe(node)}", node.span)


class Row(Form):
    """A line of the table: the name in front, then cells by position or by meaning."""

    what: ClassVar[str] = "a row"

    front: SkipJsonSchema[Any] = None
    listed: SkipJsonSchema[tuple[Any, ...] | None] = None
    by_meaning: SkipJsonSchema[dict[str, Any] | None] = None
    bare: SkipJsonSchema[Any] = None

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `[cells]`, `{meaning: cell}`, a bare type, or `name: ` and one of these."""
        if isinstance(node, Mapping) and len(node.entries) == 1:
            key, value = next(node.items())
            if not isinstance(value, Scalar) or key.text != "type":
                return {"at": key, "front": key, **cls._read_cells(value)}
        return {"at": cls._place(node), **cls._read_cells(node)}

    @staticmethod
    def _place(node: Node) -> Node:
        if isinstance(node, Sequence) and node.items:
            return node.items[0]
        return next(node.items())[0] if isinstance(node, Mapping) and node.entries else node

    @staticmethod
    def _read_cells(node: Node) -> dict[str, Any]:
        if isinstance(node, Scalar):
            return {"bare": read_text(node)}
        if isinstance(node, Sequence):
            if not node.items:
                raise located("wrong-type", "a row has at least one cell", node.span)
            return {"listed": tuple(_read_row_cell(item) for item in node.items)}
        entries = {k: (key, _read_row_cell(value)) for k, (key, value) in node.entries.items()}
        return {"by_meaning": entries}


def _read_row_cell(node: Node) -> Any:
    """Read a scalar, or a list: of references under `from`, or of an argument's values."""
    if isinstance(node, Sequence) and node.items:
        return tuple(_read_argument(item) for item in node.items)
    return read_cell(node)


class Table(Form):
    """The paper's table."""

    what: ClassVar[str] = "`table`"

    columns: Annotated[tuple[TableColumn, ...], Items]
    rows: Annotated[tuple[Row, ...], Items]


class Convention(Form):
    """What the printed numbers of a column count, and how they are rounded."""

    what: ClassVar[str] = "a claim's convention"

    counts: Text
    rounding: Text | None = None
    K: Text | None = None
    M: Text | None = None
    G: Text | None = None
    B: Text | None = None


class Claims(Form):
    """Conventions of the printed columns, and the totals that the paper states."""

    what: ClassVar[str] = "`claims`"

    params: Convention | None = None
    ops: Convention | None = None
    depth: Text | None = None
    total_params: Text | None = Field(default=None, alias="total params")
    total_ops: Text | None = Field(default=None, alias="total ops")


class Erratum(Form):
    """Why a printed cell is not what the table computes."""

    what: ClassVar[str] = "an erratum"

    reason: Text
    printed: Text | None = None

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read a reason, or `{printed, reason}`."""
        if isinstance(node, Mapping):
            return cls.read_mapping(node)
        return {"at": node, "reason": read_text(node)}


def read_count(node: Any) -> Any:
    """Read an exact total."""
    number = read_number(node.text) if isinstance(node, Scalar) else None
    if isinstance(number, int) and number >= 0:
        return node
    message = f"a whole number is needed here, received {describe(node)}"
    raise located("bad-value", message, node.span)


class Expect(Form):
    """Totals that must come out exactly."""

    what: ClassVar[str] = "`expect`"

    parameters: Text | None = None
    trainable: Text | None = None
    non_trainable: Text | None = Field(default=None, alias="non-trainable")
    macs: Text | None = None
    depth: Text | None = None


class Edits(Form):
    """What a variant changes of its base."""

    what: ClassVar[str] = "a variant"

    paper: Paper | None = None
    input: Text | None = None
    inputs: Annotated[dict[str, Text], Values] | None = None
    parameters: Annotated[dict[str, Any], Entries] = {}
    blocks: Annotated[dict[str, Block], Entries] = {}
    cells: Annotated[dict[str, Annotated[dict[str, Cell], Values]], Values] = {}
    replace: Annotated[dict[str, Row], Values] = {}
    remove: Annotated[tuple[Text, ...], Items] = ()
    insert_before: Annotated[dict[str, Annotated[tuple[Row, ...], Items]], Values] = Field(
        default={}, alias="insert before"
    )
    insert_after: Annotated[dict[str, Annotated[tuple[Row, ...], Items]], Values] = Field(
        default={}, alias="insert after"
    )
    outputs: Annotated[tuple[Text, ...], Items] | None = None
    claims: Claims | None = None
    errata: Annotated[dict[str, Annotated[dict[str, Erratum], Values]], Values] = {}
    expect: Expect | None = None


class VariantFile(Edits):
    """A small file that edits another spec."""

    what: ClassVar[str] = "a variant"

    name: Text
    extends: Text
    variants: Annotated[dict[str, Edits], Values] = {}


class Spec(Form):
    """A whole spec: the table of a paper and the blocks that it names."""

    what: ClassVar[str] = "a spec"

    name: Text
    paper: Paper | None = None
    input: Text | None = None
    inputs: Annotated[dict[str, Text], Values] | None = None
    parameters: Annotated[dict[str, Any], Entries] = {}
    blocks: Annotated[dict[str, Block], Entries] = {}
    table: Table
    outputs: Annotated[tuple[Text, ...], Items] | None = None
    claims: Claims | None = None
    errata: Annotated[dict[str, Annotated[dict[str, Erratum], Values]], Values] = {}
    expect: Expect | None = None
    variants: Annotated[dict[str, Edits], Values] = {}
