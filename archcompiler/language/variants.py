"""Variants: small edits of a base, composed root first.

All edits of one variant address the names of its base at once, so their order never
matters; an edit that hits nothing, and two edits of one cell, are errors.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from archcompiler.diagnostics import Diagnostic, SpecError, fail, suggest
from archcompiler.language.document import Scalar
from archcompiler.language.program import Program, TableRow, lay_out, named_rows
from archcompiler.language.spec import Edits, Row, Spec


def root_program(spec: Spec, name: str, source: Any) -> Program:
    """Return the program of a spec that extends nothing."""
    columns = spec.table.columns
    rows, found = [], []
    for row in spec.table.rows:
        try:
            rows.append(lay_out(columns, row))
        except SpecError as error:
            found += error.diagnostics
    if found:
        raise SpecError(found)
    return Program(
        name=name,
        at=spec.name,
        paper=spec.paper,
        inputs=_inputs(spec, {}),
        parameters=_scalars(spec.parameters),
        blocks=spec.blocks,
        columns=columns,
        rows=tuple(rows),
        outputs=spec.outputs,
        claims=spec.claims,
        total_claims=_total_claims(spec),
        errata=spec.errata,
        expect=spec.expect,
        variants=tuple(spec.variants),
        files=(source,),
    )


def apply_edits(base: Program, edits: Edits, name: str, at: Scalar, source: Any) -> Program:
    """Return the program of a variant.

    Raises:
        SpecError: for an edit that hits nothing or hits what another edit hits.
    """
    parameters = _merge_parameters(base, edits)
    edited = _edited(base, edits)
    rows = _edit_rows(base, edits)
    if edited:
        kept = set(map(id, base.rows))
        rows = tuple(replace(row, claimed=False, own=frozenset()) if id(row) in kept else row for row in rows)
    conventions = base.claims.model_copy(update={"depth": None}) if base.claims else None
    claims = conventions
    if edits.claims:
        given = {k: v for k in ("params", "ops") if (v := getattr(edits.claims, k)) is not None}
        claims = conventions.model_copy(update=given) if conventions else edits.claims
    return replace(
        base,
        name=name,
        at=at,
        paper=edits.paper or base.paper,
        inputs=_inputs(edits, base.inputs),
        parameters=parameters,
        blocks={**base.blocks, **edits.blocks},
        rows=rows,
        outputs=edits.outputs if edits.outputs is not None else base.outputs,
        claims=claims,
        total_claims=_total_claims(edits),
        errata=_merge_errata({} if edited else base.errata, edits.errata),
        expect=edits.expect,
        variants=tuple(getattr(edits, "variants", ())),
        edited=base.edited or edited,
        files=base.files if source in base.files else (*base.files, source),
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """`name=value`, from the command line or from Python."""

    name: Scalar
    value: Scalar


def apply_settings(program: Program, settings: Iterable[Setting]) -> Program:
    """Return the program with parameters set; totals are then reported, not asserted."""
    settings = tuple(settings)
    if not settings:
        return program
    chooser = program.chooser
    parameters = dict(program.parameters)
    for setting in settings:
        _refuse_unknown_parameter(program, setting.name)
        parameters[setting.name.text] = setting.value
    only_chosen = chooser is not None and all(
        setting.name.text == chooser.parameter.text for setting in settings
    )
    words = tuple(f"{setting.name.text}={setting.value.text}" for setting in settings)
    edited = "" if only_chosen else f"--set {' '.join(words)}"
    rows = program.rows
    if edited:
        rows = tuple(replace(row, claimed=False, own=frozenset()) for row in rows)
    return replace(
        program,
        parameters=parameters,
        rows=rows,
        total_claims={},
        errata={} if edited else _row_errata(program),
        expect=None,
        settings=(*program.settings, *words),
        edited=program.edited or edited,
    )


def _row_errata(program: Program) -> dict[str, Mapping[str, Any]]:
    """Return the errata of rows: totals are claimed of the default configuration only."""
    return {row: errata for row, errata in program.errata.items() if row != "total"}


def _merge_parameters(base: Program, edits: Edits) -> dict[str, Scalar]:
    given = _scalars(edits.parameters)
    fresh = bool(edits.blocks or edits.replace or edits.insert_before or edits.insert_after)
    for name, (key, _) in edits.parameters.items():
        if not fresh and name not in base.parameters:
            _refuse_unknown_parameter(base, key)
    return {**base.parameters, **given}


def _refuse_unknown_parameter(program: Program, name: Scalar) -> None:
    if name.text in program.parameters:
        return
    known = ", ".join(program.parameters) or "none"
    help = suggest(name.text, program.parameters) or f"the parameters are {known}"
    message = f"`{program.name}` has no parameter `{name.text}`"
    fail("bad-variant", message, name.span, help=help)


def _edited(base: Program, edits: Edits) -> str:
    """Return what in a variant makes the printed table another table, or nothing."""
    chooser = base.chooser.parameter.text if base.chooser else None
    what = [f"parameter `{name}`" for name in edits.parameters if name != chooser]
    for field in ("input", "inputs", "blocks", "cells", "replace", "remove"):
        if getattr(edits, field):
            what.append(f"`{field}`")
    if edits.insert_before or edits.insert_after:
        what.append("inserted rows")
    if edits.outputs is not None:
        what.append("`outputs`")
    return ", ".join(what)


def _edit_rows(base: Program, edits: Edits) -> tuple[TableRow, ...]:
    named = dict(named_rows(base))
    replaced = {name: _lay_out_under(base, name, row) for name, row in edits.replace.items()}
    removed = {name.text: name for name in edits.remove}
    _refuse_missing(named, edits, removed)
    rows: list[TableRow] = []
    for name, row in named.items():
        rows += _laid_out(base, edits.insert_before.get(name, ()))
        if name in replaced:
            rows.append(replaced[name])
        elif name in edits.cells:
            rows.append(_edit_cells(base, row, edits.cells[name]))
        elif name not in removed:
            rows.append(row)
        rows += _laid_out(base, edits.insert_after.get(name, ()))
    return tuple(rows)


def _laid_out(base: Program, rows: Iterable[Row]) -> list[TableRow]:
    return [lay_out(base.columns, row) for row in rows]


def _lay_out_under(base: Program, name: str, row: Row) -> TableRow:
    laid_out = lay_out(base.columns, row)
    if laid_out.front is not None or "name" in laid_out.cells:
        return laid_out
    at = row.at
    front = Scalar(name, True, at.source, at.line, at.column, at.end)
    return replace(laid_out, front=front)


def _refuse_missing(
    named: Mapping[str, TableRow], edits: Edits, removed: Mapping[str, Scalar]
) -> None:
    found: list[Diagnostic] = []
    hits: dict[str, str] = {}
    edits_by_kind: dict[str, Mapping[str, Any]] = {
        "cells": edits.cells,
        "replace": edits.replace,
        "remove": removed,
        "insert before": edits.insert_before,
        "insert after": edits.insert_after,
    }
    for kind, edited in edits_by_kind.items():
        for name, edit in edited.items():
            place = _place(edit)
            if name not in named:
                help = suggest(name, named) or f"the rows are {', '.join(list(named)[:12])}"
                message = f"`{kind}` names the row `{name}`, which the base does not have"
                found.append(Diagnostic("bad-variant", message, place, help=help))
            elif not kind.startswith("insert"):
                if name in hits:
                    message = f"`{kind}` and `{hits[name]}` both edit the row `{name}`"
                    found.append(Diagnostic("bad-variant", message, place))
                hits[name] = kind
    if found:
        raise SpecError(found)


def _place(edit: Any) -> Any:
    if isinstance(edit, Scalar):
        return edit.span
    if isinstance(edit, Row):
        return edit.at.span
    first = next(iter(edit.values()) if isinstance(edit, Mapping) else iter(edit), None)
    return _place(first) if first is not None else None


def _edit_cells(base: Program, row: TableRow, edits: Mapping[str, Scalar]) -> TableRow:
    headings = {column.heading.text: column.meaning.text for column in base.columns}
    known = {*headings, *headings.values(), *row.cells}
    cells, choices = dict(row.cells), dict(row.choices)
    seen: set[str] = set()
    for text, cell in edits.items():
        if text not in known:
            message = f"the table has no column `{text}`"
            help = suggest(text, known) or f"the columns are {', '.join(headings)}"
            fail("bad-variant", message, cell.span, help=help)
        meaning = text if text in headings.values() else headings.get(text, text)
        if meaning in seen:
            fail("bad-variant", f"the cell `{meaning}` is edited twice", cell.span)
        seen.add(meaning)
        choices.pop(meaning, None)
        cells.pop(meaning, None)
        if not cell.blank:
            cells[meaning] = cell
    return replace(row, cells=cells, choices=choices, claimed=False, own=frozenset(seen))


def _inputs(form: Any, inherited: Mapping[str, Scalar]) -> Mapping[str, Scalar]:
    if form.input is not None and form.inputs is not None:
        fail("unknown-key", "a spec has `input` or `inputs`, not both", form.input.span)
    if form.input is not None:
        return {"input": form.input}
    if form.inputs is not None:
        return dict(form.inputs)
    if inherited:
        return inherited
    help = "for instance `input: 224x224x3`"
    fail("missing-key", "a spec needs `input` or `inputs`", form.at.span, help=help)


def _scalars(parameters: Mapping[str, tuple[Scalar, Any]]) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for name, (key, value) in parameters.items():
        if not isinstance(value, Scalar) or value.blank:
            fail("wrong-type", f"the parameter `{name}` is one number or text", key.span)
        if "<" in value.text:
            message = f"the parameter `{name}` is a number or text, without holes"
            fail("bad-value", message, value.span)
        found[name] = value
    return found


def _total_claims(form: Any) -> dict[str, Scalar]:
    if form.claims is None:
        return {}
    fields = {"depth": "depth", "params": "total_params", "ops": "total_ops"}
    claims = {what: getattr(form.claims, field) for what, field in fields.items()}
    return {what: claim for what, claim in claims.items() if claim is not None}


def _merge_errata(base: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = {row: dict(errata) for row, errata in base.items()}
    for row, errata in given.items():
        merged[row] = {**merged.get(row, {}), **errata}
    return merged
