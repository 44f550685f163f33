"""Occurrences: every text of a document that names something, and what it names."""

from collections.abc import Iterator

from archcompiler.diagnostics import Span
from archcompiler.editor.names import (
    Known,
    Name,
    Occurrence,
    columns_and_holes,
    pattern_of,
)
from archcompiler.editor.texts import Texts
from archcompiler.editor.trees import (
    columns_of,
    entries_of,
    entry_of,
    forms,
    headings,
    items_of,
)
from archcompiler.language.expressions.naming import is_relative, repetition_asked
from archcompiler.language.spec.spec import CALL_WORDS
from archcompiler.language.text.document import Mapping as Tree
from archcompiler.language.text.document import Node, Scalar, Sequence


def occurrences(root: Tree, known: Known) -> list[Occurrence]:
    """Return every place of a document that names something, in no order.

    `known` takes what the document itself brings.
    """
    walk = _Walk(known)
    walk.learn(root)
    walk.form(root)
    defined = {each.name for each in walk.found if each.defines}
    return [_settled(each, defined, known) for each in walk.found]


def _settled(found: Occurrence, defined: set[Name], known: Known) -> Occurrence:
    """Return what `conv 2` and `all conv` name where nothing is called so."""
    name = found.name
    is_named = name in defined or name.text in known.rows
    if found.defines or name.kind not in ("row", "step") or is_named:
        return found
    asked = repetition_asked(name.text)
    if asked is None or found.span != found.cell.span:
        return found
    start = name.text.index(asked[0], 4 if asked[1] is None else 0)
    span = found.cell.part(start, start + len(asked[0]))
    return found._replace(name=name._replace(text=asked[0]), span=span)


class _Walk(Texts):
    # What is brought ----------------------------------------------------------

    def learn(self, root: Tree) -> None:
        """Take what a document brings, whose parts may stand in any order."""
        for form in forms(root):
            for key, body in entries_of(entry_of(form, "blocks")):
                columns = [c for c, _ in columns_of(entry_of(body, "columns"))]
                texts = [column.text for column in columns]
                self.known.blocks[key.text] = columns_and_holes(texts, key.text)
            for key, _ in entries_of(entry_of(form, "parameters")):
                self.known.parameters.add(key.text)
            if entry_of(form, "input") is not None:
                self.known.inputs["input"] = None
            for key, _ in entries_of(entry_of(form, "inputs")):
                self.known.inputs[key.text] = None
        table = entry_of(root, "table")
        columns_node = entry_of(table, "columns")
        if columns_node is not None:
            self.known.meanings, self.known.headings = [], {}
            for heading, meaning, width in headings(columns_node):
                self.known.meanings += [meaning.text] * width
                self.known.headings[heading.text] = meaning.text

    # Sections -----------------------------------------------------------------

    def form(self, form: Tree) -> None:
        """Walk a spec, a variant or a file of blocks."""
        for key, value in form.items():
            section = getattr(self, f"_{key.text.replace(' ', '_')}_section", None)
            if section is not None:
                section(value)

    def _parameters_section(self, node: Node) -> None:
        for key, value in entries_of(node):
            self.add(Name("parameter", key.text), key, defines=True)
            self.holes(value)

    def _extends_section(self, node: Node) -> None:
        if isinstance(node, Scalar):
            self.add(Name("base", node.text), node)

    def _use_section(self, node: Node) -> None:
        for item in items_of(node):
            name = next((key for key, _ in entries_of(item)), item)
            if isinstance(name, Scalar):
                self.add(Name("blocks file", name.text), name)

    def _blocks_section(self, node: Node) -> None:
        for key, body in entries_of(node):
            self._block(key, body)

    def _table_section(self, node: Node) -> None:
        for heading, meaning, _ in headings(entry_of(node, "columns")):
            self.add(Name("heading", meaning.text), meaning, defines=True)
            if heading is not meaning:
                self.add(Name("heading", meaning.text), heading)
        for row in items_of(entry_of(node, "rows")):
            self._row(row)

    def _outputs_section(self, node: Node) -> None:
        self._row_names(node)

    def _remove_section(self, node: Node) -> None:
        self._row_names(node)

    def _errata_section(self, node: Node) -> None:
        self._cells_by_row(node)

    def _cells_section(self, node: Node) -> None:
        self._cells_by_row(node)

    def _claims_section(self, node: Node) -> None:
        self._cells_by_row(entry_of(node, "cells"))

    def _replace_section(self, node: Node) -> None:
        for key, row in entries_of(node):
            self.add(Name("row", key.text), key)
            self._row(row)

    def _insert_after_section(self, node: Node) -> None:
        for key, rows in entries_of(node):
            self.add(Name("row", key.text), key)
            for row in items_of(rows):
                self._row(row)

    _insert_before_section = _insert_after_section

    def _variants_section(self, node: Node) -> None:
        for _, variant in entries_of(node):
            if isinstance(variant, Tree):
                self.form(variant)

    def _sweep_section(self, node: Node) -> None:
        self._variants_section(entry_of(node, "list") or node)
        grid = entry_of(node, "grid")
        for key, _ in entries_of(entry_of(grid, "parameters")):
            self.add(Name("parameter", key.text), key)
        self._cells_by_row(entry_of(grid, "cells"))

    def _training_section(self, node: Node) -> None:
        freeze = entry_of(node, "freeze")
        self._row_names(freeze)
        if isinstance(freeze, Scalar) and freeze.text.startswith("up to "):
            row = freeze.text.removeprefix("up to ")
            self.add_part(Name("row", row), freeze, 6, len(freeze.text))
        for word in ("losses", "loss weights"):
            for key, _ in entries_of(entry_of(node, word)):
                self.add(Name("row", key.text), key)

    def _row_names(self, node: Node | None) -> None:
        for item in items_of(node):
            if isinstance(item, Scalar):
                self.add(Name("row", item.text), item)

    def _cells_by_row(self, node: Node | None) -> None:
        for key, cells in entries_of(node):
            self.add(Name("row", key.text), key)
            for heading, cell in entries_of(cells):
                meaning = self.known.headings.get(heading.text, heading.text)
                self.add(Name("heading", meaning), heading)
                self.holes(cell)

    # Rows ---------------------------------------------------------------------

    def _row(self, row: Node) -> None:
        front = None
        entries = list(entries_of(row))
        if len(entries) == 1 and entries[0][0].text != "type":
            front, row = entries[0]
            self._row_name(front)
        cells = list(self._cells_of(row))
        names = [cell for meaning, cell, _ in cells if meaning == "name"]
        kinds = [cell for meaning, cell, _ in cells if meaning == "type"]
        for cell in names:
            if isinstance(cell, Scalar) and front is None:
                self._row_name(cell)
        callees = [self.call(cell) for cell in kinds if isinstance(cell, Scalar)]
        if front is None and not names and kinds and isinstance(kinds[0], Scalar):
            self._row_name_in_type(kinds[0], row)
        for meaning, cell, key in cells:
            if meaning == "from":
                self._references(cell)
            elif meaning not in ("type", "name"):
                self.holes(cell)
            if key is not None and (callee := callees[:1]):
                name = self.known.argument(callee[0], meaning)
                self.add(name or Name("heading", meaning), key)

    def _cells_of(self, row: Node) -> Iterator[tuple[str, Node, Scalar | None]]:
        """Yield the meaning of each cell, the cell, and its key where it has one."""
        if isinstance(row, Scalar):
            yield "type", row, None
        elif isinstance(row, Sequence):
            for meaning, cell in zip(self.known.meanings, row.items, strict=False):
                yield meaning, cell, None
        else:
            for key, cell in row.items():
                yield self.known.headings.get(key.text, key.text), cell, key

    def _row_name(self, cell: Scalar) -> None:
        self.known.rows[cell.text] = None
        self.add(Name("row", cell.text), cell, defines=True)

    def _row_name_in_type(self, kind: Scalar, row: Node) -> None:
        """Note the name that a row has by a pattern's `<name>`, else by its type."""
        callee = self.known.callee(kind.text)
        pattern = pattern_of(callee.text) if callee else None
        match = pattern.find(kind.text) if pattern else None
        if match is None or pattern is None or "name" not in pattern.holes:
            self.known.rows[kind.text] = None
            line, column = row.line + 1, row.column + 1
            front = Span(row.source, line, column, column)
            name = Name("row", kind.text)
            self.found.append(Occurrence(name, kind.span, kind, True, front))
            return
        start, end = match.span(1 + pattern.holes.index("name"))
        name = Name("row", kind.text[start:end])
        self.known.rows[name.text] = None
        self.add_part(name, kind, start, end, defines=True)

    def _references(self, node: Node) -> None:
        items = node.items if isinstance(node, Sequence) else [node]
        for item in items:
            if isinstance(item, Scalar) and not is_relative(item.text):
                self.add(Name("row", item.text), item)

    # Blocks -------------------------------------------------------------------

    def _block(self, key: Scalar, body: Node) -> None:
        name = key.text
        self.add(Name("block", name), key, defines=True)
        self._holes_of_pattern(key)
        for column, default in columns_of(entry_of(body, "columns")):
            self.add(Name("column", column.text, name), column, defines=True)
            self.holes(default, name)
        self._steps(body, name)

    def _holes_of_pattern(self, key: Scalar) -> None:
        at = 0
        pattern = pattern_of(key.text)
        for hole in pattern.holes if pattern else ():
            at = key.text.index(f"<{hole}>", at) + 1
            name = Name("column", hole, key.text)
            self.add_part(name, key, at, at + len(hole), defines=True)

    def _steps(self, node: Node | None, block: str) -> None:
        """Walk a list of steps, or a mapping with a body: a block, a fork, a branch."""
        if isinstance(node, Sequence):
            for step in node.items:
                self._step(step, block)
        elif isinstance(node, Tree):
            for word in ("sequence", "then"):
                self._steps(entry_of(node, word), block)
            for branch in items_of(entry_of(node, "branches")):
                self._steps(branch, block)
            merge = entry_of(node, "merge")
            if merge is not None:
                self._step(merge, block)
            self._words(node, block)

    def _step(self, step: Node, block: str) -> None:
        if isinstance(step, Scalar):
            self.call(step, block)
        elif isinstance(step, Sequence) or not step.entries:
            return
        elif not {"branches", "sequence", "from"}.isdisjoint(step.entries):
            self._steps(step, block)
        else:
            for call, arguments in step.items():
                self._arguments(self.call(call, block), arguments, block)

    def _arguments(self, callee: Name | None, node: Node, block: str) -> None:
        self._words(node, block)
        for key, value in entries_of(node):
            if key.text in CALL_WORDS:
                continue
            name = self.known.argument(callee, key.text)
            if name is not None:
                self.add(name, key)
            self.holes(value, block)

    def _words(self, node: Node, block: str) -> None:
        """Walk `name`, `from`, `when` and `repeat`."""
        for key, value in entries_of(node):
            if key.text == "name" and isinstance(value, Scalar):
                self.add(Name("step", value.text, block), value, defines=True)
            elif key.text == "from":
                items = value.items if isinstance(value, Sequence) else [value]
                for item in items:
                    if isinstance(item, Scalar) and not is_relative(item.text):
                        self.add(Name("step", item.text, block), item)
            elif key.text in ("when", "repeat"):
                self.holes(value, block)
