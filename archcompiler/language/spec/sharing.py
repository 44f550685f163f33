"""Blocks that several specs share: a file of them, and how a spec names it."""

from collections.abc import Mapping as AbstractMapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from archcompiler.diagnostics import Findings, listed, suggest
from archcompiler.language.forms.forms import (
    Entries,
    Form,
    Read,
    Text,
    only_entry,
    read_text,
    require_mapping,
)
from archcompiler.language.spec.blocks import Block
from archcompiler.language.spec.claims import Paper
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence


class BlockFile(Form):
    """A file that holds nothing but blocks."""

    what: ClassVar[str] = "a file of blocks"

    name: Text | None = None
    """The name of the file."""

    paper: Paper | None = None
    """Where the blocks are described."""

    blocks: Annotated[dict[str, Block], Entries]
    """The blocks that specs have which `use` this file."""


class Use(Form):
    """An entry of `use`: a file of blocks, and defaults for their columns."""

    what: ClassVar[str] = "an entry of `use`"

    name: Read[Scalar]
    defaults: Read[dict[str, tuple[Scalar, Scalar]]] = Field(default={})
    """By column, the place of its name and the default that it has here."""

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `conv-bn`, or `conv-bn: {activation: swish}`."""
        if not isinstance(node, Mapping):
            return {"at": node, "name": read_text(node)}
        form = f"{cls.what} is `file`, or `file: {{column: default}}`"
        name, given = only_entry(node, form)
        help = f"write `{name.text}: {{column: default}}`"
        mapping = require_mapping(given, f"what `{name.text}` is given", help)
        defaults = {key.text: (key, read_text(value)) for key, value in mapping.items()}
        return {"at": name, "name": name, "defaults": defaults}


def with_defaults(
    blocks: AbstractMapping[str, Block], use: Use
) -> AbstractMapping[str, Block]:
    """Return blocks whose columns have the defaults that a spec gives them.

    Raises:
        SpecError: for columns that no block of the file has.
    """
    if not use.defaults:
        return blocks
    columns = [
        column.name.text for block in blocks.values() for column in block.columns
    ]
    found = Findings()
    for name, (key, _) in use.defaults.items():
        if name not in columns:
            message = f"no block of `{use.name.text}` has a column `{name}`"
            known = listed(dict.fromkeys(columns), 20) or "none"
            help = suggest(name, columns) or f"the columns are {known}"
            found.add("unknown-argument", message, key.span, help=help)
    found.finish()
    return {name: _with_defaults(block, use) for name, block in blocks.items()}


def _with_defaults(block: Block, use: Use) -> Block:
    """Return a block that reads as if it stood so in its file."""
    entries = block.at.entries
    if "columns" not in entries:
        return block
    key, columns = entries["columns"]
    given = Sequence(columns.source, columns.line, columns.column)
    for column, item in zip(block.columns, columns.items, strict=True):
        given.items.append(_column(column.name, item, use))
    body = Mapping(block.at.source, block.at.line, block.at.column)
    body.entries = {**entries, "columns": (key, given)}
    return Block.model_validate((block.name, body))


def _column(name: Scalar, item: Node, use: Use) -> Node:
    if name.text not in use.defaults:
        return item
    column = Mapping(name.source, name.line, name.column)
    column.entries[name.text] = name, use.defaults[name.text][1]
    return column
