"""Variants: small edits of a base, composed root first.

All edits of one variant address the names of its base at once, so their order never
matters; an edit that hits nothing, and two edits of one cell, are errors.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from archcompiler.diagnostics import (
    Findings,
    Source,
    Span,
    fail,
    failure,
    listed,
    suggest,
)
from archcompiler.language.expressions import read_value
from archcompiler.language.expressions.naming import name_problem, slug
from archcompiler.language.forms.forms import cut_by_comma, whole
from archcompiler.language.program.headings import refuse_joined_headings
from archcompiler.language.program.layout import lay_out_rows, refuse_columns
from archcompiler.language.program.program import (
    TOTAL,
    Declared,
    Errata,
    Program,
    TableRow,
    Used,
)
from archcompiler.language.spec.spec import (
    Block,
    Claims,
    Edits,
    OtherTable,
    Spec,
    Table,
    TableColumn,
    VariantFile,
)
from archcompiler.language.text.document import Node, Scalar
from archcompiler.language.variants.provenance import EditedFrom
from archcompiler.language.variants.row_edits import edit_rows

_VARIED = ("variants", "sweep")


def root_program(spec: Spec, source: Source, used: tuple[Used, ...] = ()) -> Program:
    """Return the program of a spec that extends nothing.

    Raises:
        SpecError: for columns, rows, blocks or parameters that cannot be.
    """
    _refuse_name(spec.name)
    columns, parameters = spec.table.columns, _scalars(spec, {})
    blocks = _with_used(spec.blocks, used)
    rows = _lay_out_table(spec.table, columns, parameters, blocks)
    written = spec.at.entries
    return Program(
        name=spec.name.text,
        at=spec.name,
        paper=spec.paper,
        inputs=_inputs(spec, {}),
        parameters=parameters,
        blocks=blocks,
        columns=columns,
        rows=rows,
        outputs=spec.outputs,
        claims=spec.claims,
        total_claims=_total_claims(spec.claims),
        errata=spec.errata,
        expect=spec.expect,
        variants=tuple(spec.variants),
        varied=tuple([written[key][1] for key in _VARIED if key in written]),
        files=(source,),
        used=used,
        declared=Declared(
            tuple([key for key, _ in spec.parameters.values()]), used=used
        ),
        training=spec.training,
        sweep=spec.sweep,
    )


def apply_edits(
    base: Program,
    edits: Edits,
    name: Scalar,
    at: Scalar,
    source: Source,
    used: tuple[Used, ...] = (),
) -> Program:
    """Return the program of a variant; `at` is the name of the file that holds it.

    Raises:
        SpecError: for an edit that hits nothing or hits what another edit hits.
    """
    _refuse_name(name)
    parameters = {**base.parameters, **_scalars(edits, base.parameters)}
    blocks = {**base.blocks, **_with_used(edits.blocks, used)}
    compose = partial(apply_edits, base, name=name, at=at, source=source, used=used)
    origin = EditedFrom(base, edits, compose)
    what = _what_is_edited(base, edits)
    if edits.table is not None:
        base = _with_table(base, edits, edits.table, parameters, blocks)
        what = ""  # the table is printed as it is built
    rows = edit_rows(base, edits)
    if what:
        kept = set(map(id, base.rows))
        rows = tuple([_unclaimed(row) if id(row) in kept else row for row in rows])
    return replace(
        base,
        name=name.text,
        at=at,
        paper=edits.paper or base.paper,
        inputs=_inputs(edits, base.inputs),
        parameters=parameters,
        blocks=blocks,
        rows=rows,
        outputs=edits.outputs if edits.outputs is not None else base.outputs,
        claims=_merge_claims(base.claims, edits.claims, edited=bool(what)),
        total_claims=_total_claims(edits.claims),
        errata=_merge_errata({} if what else base.errata, edits.errata),
        expect=edits.expect,
        variants=tuple(edits.variants) if isinstance(edits, VariantFile) else (),
        edited=base.edited or what,
        lost_totals=base.lost_totals or bool(what and base.total_claims),
        files=base.files if source in base.files else (*base.files, source),
        used=(*base.used, *used),
        declared=Declared(
            tuple([key for key, _ in edits.parameters.values()]),
            tuple([b.name for n, b in edits.blocks.items() if n not in base.blocks]),
            used,
        ),
        training=_merge_training(base.training, edits.training),
        inherits_training=base.training is not None and edits.training is None,
        sweep=edits.sweep if isinstance(edits, VariantFile) else None,
        origin=origin,
    )


_OF_ROWS = ("cells", "replace", "remove", "insert before", "insert after")


def _with_table(
    base: Program,
    edits: Edits,
    table: OtherTable,
    parameters: Mapping[str, Scalar],
    blocks: Mapping[str, Block],
) -> Program:
    """Return the base with another table, of which nothing is claimed that it claims.

    Raises:
        SpecError: for columns or rows that cannot be, and where rows are edited, too.
    """
    found = Findings()
    for key in _OF_ROWS:
        if key in edits.at.entries:
            message = f"`{key}` edits rows of the base, and `table` brings others"
            help = "write the rows into the table as they are to be"
            found.add("bad-variant", message, edits.at.entries[key][0].span, help=help)
    found.finish()
    columns = table.columns if table.columns is not None else base.columns
    return replace(
        base,
        columns=columns,
        rows=_lay_out_table(table, columns, parameters, blocks),
        outputs=None,
        claims=_merge_claims(base.claims, None, edited=True),
        errata={},
        edited="",
        lost_totals=False,
    )


def _lay_out_table(
    table: Table | OtherTable,
    columns: tuple[TableColumn, ...],
    parameters: Mapping[str, Scalar],
    blocks: Mapping[str, Block],
) -> tuple[TableRow, ...]:
    refuse_columns(columns, parameters, blocks)
    refuse_joined_headings(columns, table.rows, blocks)
    if not table.rows:
        span = table.at.entries["rows"][0].span
        fail("missing-key", "the table has no rows", span)
    return lay_out_rows(columns, table.rows)


def _with_used(own: Mapping[str, Block], used: tuple[Used, ...]) -> Mapping[str, Block]:
    """Return the blocks of a form behind those of the files that it uses.

    Raises:
        SpecError: where two of them share a name.
    """
    blocks: dict[str, Block] = {}
    found = Findings()
    for place, given in [*((each.name, each.blocks) for each in used), (None, own)]:
        for name, block in given.items():
            if name in blocks:
                _refuse_second_block(blocks[name], block, place, found)
            blocks.setdefault(name, block)
    found.finish()
    return blocks


def _refuse_second_block(
    first: Block, block: Block, place: Scalar | None, found: Findings
) -> None:
    """Refuse a block whose name another has; `place` is where `use` brings it."""
    at = place or block.name
    message = f"two blocks are called `{block.name.text}`"
    label = f"the first is on {first.name.line_seen_from(at)}"
    help = "give it another name; a variant may replace one of its base"
    found.add("duplicate-name", message, at.span, label=label, help=help)


def refuse_parameter(program: Program, name: Scalar) -> None:
    """Refuse to set a parameter that the program does not have.

    Raises:
        SpecError: with the nearest parameter.
    """
    if name.text in program.parameters:
        return
    known = listed(program.parameters) or "none"
    help = suggest(name.text, program.parameters) or f"the parameters are {known}"
    if name.text.startswith("training."):
        help = "a key of the recipe is set by `archc train`, `archc sweep --train` and "
        help += "`archc emit --training`"
    message = f"`{program.name}` has no parameter `{name.text}`"
    fail("bad-variant", message, name.span, help=help)


def _refuse_name(name: Scalar) -> None:
    if slug(name.text):
        return
    message = f"the name `{name.text}` has no letter or digit from a to z, 0 to 9"
    fail("bad-name", message, name.span)


def _what_is_edited(base: Program, edits: Edits) -> str:
    """Return what makes the printed table another table, or nothing."""
    chooser = base.chooser.parameter.text if base.chooser else None
    what = [f"parameter `{name}`" for name in edits.parameters if name != chooser]
    for field in ("input", "inputs", "blocks", "cells", "replace", "remove"):
        if getattr(edits, field):
            what.append(f"`{field}`")
    if edits.insert_before or edits.insert_after:
        what.append("inserted rows")
    if edits.outputs is not None:
        what.append("`outputs`")
    if isinstance(edits, VariantFile) and edits.use:
        what.append("`use`")
    return ", ".join(what)


def _inputs(
    form: Spec | Edits, inherited: Mapping[str, Scalar]
) -> Mapping[str, Scalar]:
    if form.input is not None and form.inputs is not None:
        message = "a spec has `input` or `inputs`, not both"
        fail("unknown-key", message, _place(form, "inputs"))
    if form.input is not None:
        return {"input": form.input}
    if form.inputs is not None:
        if not form.inputs:
            fail("missing-key", "`inputs` names no input", _place(form, "inputs"))
        return form.inputs
    if inherited:
        return inherited
    help = "for instance `input: 224x224x3`"
    raise failure(
        "missing-key", "a spec needs `input` or `inputs`", form.at.span, help=help
    )


def _place(form: Spec | Edits, key: str) -> Span:
    span: Span = form.at.entries[key][0].span
    return span


def _scalars(form: Spec | Edits, inherited: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return the parameters that a form gives; a variant has new ones for new rows."""
    found = Findings()
    slugs = {slug(name): name for name in inherited}
    fixed = isinstance(form, Edits) and not _brings_text(form)
    scalars: dict[str, Scalar] = {}
    before = ""
    for name, (key, value) in form.parameters.items():
        if help := _cut(form, key, value):
            found.add("bad-value", "a value is cut in two", key.span, help=help)
            break
        if isinstance(value, Scalar) and value.blank and read_value(name) != name:
            message = f"the comma ends `{before}`: `{name}` would be another parameter"
            found.add("bad-value", message, key.span, help=_ONE_VALUE)
            break
        before = name
        if name not in inherited and fixed:
            help = suggest(name, inherited) or f"it has {listed(inherited) or 'none'}"
            message = f"the base has no parameter `{name}`"
            found.add("bad-variant", message, key.span, help=help)
        elif name not in inherited:
            if problem := name_problem(name):
                found.add("bad-name", f"the parameter `{name}` {problem}", key.span)
            elif slug(name) in slugs:
                other = slugs[slug(name)]
                message = f"the parameters `{other}` and `{name}` differ too little"
                help = "in source both would have one name"
                found.add("duplicate-name", message, key.span, help=help)
            slugs[slug(name)] = name
        if not isinstance(value, Scalar) or value.blank or not value.text.strip():
            blank = isinstance(value, Scalar)
            message = f"the parameter `{name}` is one number or text"
            message += ", received a blank" if blank else ""
            place = key.span if blank else whole(value)
            found.add("wrong-type", message, place, help="" if blank else _ONE_VALUE)
        else:
            scalars[name] = value
    found.finish()
    return scalars


_ONE_VALUE = "a parameter holds one value: `sweep` and `variants` try others"


def _cut(form: Spec | Edits, key: Scalar, value: Node) -> str:
    """Return the help for a parameter that is the end of the value before it."""
    if not (isinstance(value, Scalar) and value.blank):
        return ""
    return cut_by_comma(form.at.entries["parameters"][1], key, takes_lists=False)


def _brings_text(edits: Edits) -> bool:
    """Whether a variant brings text of its own, which may read a new parameter."""
    used = edits.use if isinstance(edits, VariantFile) else ()
    texts = (edits.blocks, used, edits.table, edits.input, edits.inputs)
    rows = (edits.cells, edits.replace, edits.insert_before, edits.insert_after)
    return any((*texts, *rows))


def _merge_claims(
    base: Claims | None, given: Claims | None, *, edited: bool
) -> Claims | None:
    """Return the conventions: inherited, but never the totals that were claimed.

    Those of single cells hold as long as the table is the printed one.
    """
    if base is None:
        return given
    update: dict[str, Any] = {"params": base.params, "ops": base.ops}
    update |= {"depth": None, "total_params": None, "total_ops": None}
    cells = {} if edited else {r: dict(c) for r, c in base.cells.items()}
    cells.pop(TOTAL, None)
    if given is not None:
        own = {name: getattr(given, name) for name in update}
        update |= {name: form for name, form in own.items() if form is not None}
        for row, by_column in given.cells.items():
            cells[row] = {**cells.get(row, {}), **by_column}
    return base.model_copy(update={**update, "cells": cells})


def _total_claims(claims: Claims | None) -> dict[str, Scalar]:
    if claims is None:
        return {}
    forms = {"params": claims.total_params, "ops": claims.total_ops}
    totals = {"depth": claims.depth} if claims.depth is not None else {}
    return totals | {what: form.printed for what, form in forms.items() if form}


def _merge_errata(base: Errata, given: Errata) -> Errata:
    merged = {row: dict(errata) for row, errata in base.items()}
    for row, errata in given.items():
        merged[row] = {**merged.get(row, {}), **errata}
    return merged


def _merge_training(base: Any, given: Any) -> Any:
    """Return the recipe: each key is the variant's own, else the base's."""
    if base is None or given is None:
        return given or base
    from archcompiler.language.recipe.training import merge_training

    return merge_training(base, given)


def _unclaimed(row: TableRow) -> TableRow:
    """Return a row of the base, whose printed cells an edited table does not claim."""
    return row._replace(claimed=False, own=frozenset())
