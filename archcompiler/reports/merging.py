"""Merging: a composed program as one spec, which loads on its own.

What nobody edited is copied as it stands, comments and all: blocks with their lines,
rows with what is noted behind them. The claims of an edited table are left out, as they
are not claimed, but for cells that a call takes as arguments.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import PurePath
from types import MappingProxyType

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import unfit_recipe
from archcompiler.claims.claims import audit
from archcompiler.diagnostics import Source, SpecError
from archcompiler.graph.expansion import Expansion, expand
from archcompiler.graph.leftovers import is_read
from archcompiler.language.expressions import (
    ExpressionError,
    Scope,
    compile_template,
    paste,
)
from archcompiler.language.forms.forms import Written
from archcompiler.language.loading.spec_text import read_spec
from archcompiler.language.program.program import TOTAL, Declared, TableRow, named_rows
from archcompiler.language.spec.spec import CLAIM_COLUMNS, Spec
from archcompiler.language.text.document import Scalar
from archcompiler.language.variants.variants import root_program
from archcompiler.reports.yaml_text import (
    RowLine,
    aligned,
    braces,
    entry_lines,
    note_behind,
    opening_comment,
    wrapped,
    write_cell,
    write_column,
    write_flow,
    write_pairs,
    write_scalar,
    write_text,
)

_NONE: Mapping[str, list[str]] = MappingProxyType({})


def merged_text(architecture: Architecture) -> str:
    """Return the YAML of one spec with everything that variants and settings gave.

    It computes the same, layer by layer, and makes the same claims. A cell of the base
    that is no claim any more, but is an argument of a call, is excused where it must.
    A base's recipe that does not train it is left out.
    """
    program = architecture.program
    written = (
        program.training is None or program.training.at.source == program.at.source
    )
    if program.origin is None and not program.used and written:
        return program.files[0].text
    merging = _Merging(architecture)
    trial = _expanded(merging.text())
    program = trial.program
    names = program.parameters
    unread = [name for name in names if not is_read(program, trial.calls, name)]
    return merging.text(_untrue_claims(trial), unread)


def _expanded(text: str) -> Expansion:
    """Expand a text, though nothing may read some of its parameters."""
    spec = read_spec(Source("merged", text))
    assert isinstance(spec, Spec)
    return expand(replace(root_program(spec, spec.name.source), declared=Declared()))


def _untrue_claims(trial: Expansion) -> dict[str, list[str]]:
    """Return the columns, by row, that are arguments and no longer true claims."""
    excused: dict[str, list[str]] = {}
    for verdict in audit(Architecture(trial)).verdicts:
        if verdict.judgement == "differs":
            excused.setdefault(verdict.row, []).append(verdict.column)
    return excused


class _Merging:
    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.program = architecture.program
        self.calls = architecture.expansion.calls
        self.scope = Scope(self.program.values, lambda _: None)

    def text(
        self, excused: Mapping[str, list[str]] = _NONE, unread: Collection[str] = ()
    ) -> str:
        """Return the spec, less parameters that nothing reads any more."""
        parts = (self._head(unread), self._blocks(), self._table(), self._tail(excused))
        sections = ["\n".join(lines) for lines in parts]
        return "\n\n".join([section for section in sections if section]) + "\n"

    def _head(self, unread: Collection[str]) -> Iterator[str]:
        program = self.program
        sources = (*program.files, *[used.source for used in program.used])
        files = [PurePath(source.name).name for source in sources]
        made = f"{files[0]} with {', '.join(files[1:])}" if files[1:] else files[0]
        if program.settings:
            made += f" and {' '.join(program.settings)}"
        yield from opening_comment(program.files[0])
        yield f"# Merged of {made}."
        yield f"name: {write_text(program.name)}"
        if program.paper is not None:
            yield f"paper: {write_flow(program.paper.at)}"
        if list(program.inputs) == ["input"]:
            yield f"input: {write_scalar(program.inputs['input'])}"
        else:
            yield f"inputs: {write_pairs(program.inputs)}"
        parameters = program.parameters.items()
        kept = {name: cell for name, cell in parameters if name not in unread}
        if kept:
            yield f"parameters: {write_pairs(kept)}"

    def _blocks(self) -> Iterator[str]:
        for number, block in enumerate(self.program.blocks.values()):
            if not number:
                yield "blocks:"
            yield from entry_lines(block.name, block.at, "  ")

    # Table ------------------------------------------------------------------

    def _table(self) -> Iterator[str]:
        yield "table:"
        columns = [
            *map(write_column, self.program.columns),
            *map(write_text, self.more),
        ]
        if columns:
            yield from wrapped("  columns: [", columns)
        else:
            yield "  columns: []"
        yield "  rows:"
        yield from aligned([self._row(row) for row in self.program.rows])

    @cached_property
    def more(self) -> tuple[str, ...]:
        """What rows with a cell for each model have besides the table's columns.

        Such a row is a list, so what a variant gave it needs a column of its own.
        """
        known = {column.meaning.text for column in self.program.columns}
        rows = [row for row in self.program.rows if row.choices]
        own = [meaning for row in rows for meaning in row.cells if meaning not in known]
        return tuple(dict.fromkeys(own))

    def _row(self, row: TableRow) -> "RowLine":
        """Return a row as cells in the order of the columns, or by what they mean."""
        cells = {m: c for m, c in row.cells.items() if self._is_kept(row, m)}
        columns = self.program.columns
        front = f"{write_scalar(row.front)}: " if row.front is not None else ""
        listed: list[str] = []
        for column in columns:
            meaning = column.meaning.text
            if column.chooser is None:
                listed.append(write_cell(cells.pop(meaning, None)))
                continue
            given = row.choices.get(meaning, ())
            if not given and meaning in cells:
                break
            blank = ["~"] * (len(column.choices) - len(given))
            listed += [*map(write_cell, given), *blank]
        else:
            listed += [write_cell(cells.pop(meaning, None)) for meaning in self.more]
            while listed and listed[-1] == "~":
                listed.pop()
            if not cells and listed:
                return RowLine(f"- {front}[", listed, "]", note_behind(row))
        kept = {m: c for m, c in row.cells.items() if self._is_kept(row, m)}
        pairs = [f"{write_text(m)}: {write_cell(c)}" for m, c in kept.items()]
        text = f"- {front}{{{', '.join(pairs)}}}"
        return RowLine(text, [], "", note_behind(row))

    def _is_kept(self, row: TableRow, meaning: str) -> bool:
        """Whether a cell is no claim, or one that is made, or an argument as well."""
        if meaning not in CLAIM_COLUMNS or row.claimed or meaning in row.own:
            return True
        kinds = [row.cells["type"]] if "type" in row.cells else row.choices["type"]
        return any(self._accepts(kind, meaning) for kind in kinds)

    def _accepts(self, kind: Written, meaning: str) -> bool:
        if not isinstance(kind, Scalar) or kind.blank:
            return False
        try:
            text = paste(compile_template(kind.text)(self.scope))
            return meaning in self.calls.targets.find(text, kind).accepted
        except (ExpressionError, SpecError):
            return False  # of a row that this configuration lacks

    # What follows the table -------------------------------------------------

    def _tail(self, excused: Mapping[str, list[str]]) -> Iterator[str]:
        program = self.program
        if program.outputs is not None:
            yield f"outputs: [{', '.join(map(write_scalar, program.outputs))}]"
        yield from self._claims()
        yield from self._errata(excused)
        if program.expect is not None:
            yield f"expect: {write_flow(program.expect.at)}"
        if program.training is not None and not unfit_recipe(self.architecture):
            yield "training:"
            for key, node in program.training.at.entries.values():
                yield from entry_lines(key, node, "  ")

    def _claims(self) -> Iterator[str]:
        program, claims = self.program, self.program.claims
        lines: list[str] = []
        for column in ("params", "ops"):
            form = getattr(claims, column, None)
            if form is not None:
                lines.append(f"  {column}: {write_flow(form.at)}")
        for what, cell in program.total_claims.items():
            key = what if what == "depth" else f"total {what}"
            form = getattr(claims, f"total_{what}", None)
            told = write_flow(form.at) if form is not None else write_scalar(cell)
            lines.append(f"  {key}: {told}")
        names = set(named_rows(program))
        if program.total_claims:
            names.add(TOTAL)
        given = claims.cells.items() if claims is not None else ()
        cells = {row: forms for row, forms in given if row in names}
        if cells:
            lines.append("  cells:")
            for row, forms in cells.items():
                texts = [(write_text(c), write_flow(f.at)) for c, f in forms.items()]
                lines.append(f"    {write_text(row)}: {braces(texts)}")
        if lines:
            yield from ("claims:", *lines)

    def _errata(self, excused: Mapping[str, list[str]]) -> Iterator[str]:
        written: dict[str, list[str]] = {}
        for row, errata in self.program.errata.items():
            for column, erratum in errata.items():
                reason = write_scalar(erratum.reason)
                if erratum.printed is not None:
                    printed = write_scalar(erratum.printed)
                    reason = f"{{printed: {printed}, reason: {reason}}}"
                written.setdefault(row, []).append(f"{write_text(column)}: {reason}")
        for row, columns in excused.items():
            reason = write_text("an argument, as the base prints it")
            told = [f"{write_text(column)}: {reason}" for column in columns]
            written.setdefault(row, []).extend(told)
        if written:
            yield "errata:"
        for row, pairs in written.items():
            yield f"  {write_text(row)}: {{{', '.join(pairs)}}}"
