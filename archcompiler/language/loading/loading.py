"""From SPEC, as people write it, to the program: following `extends`."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from archcompiler.collection import collection_paused
from archcompiler.diagnostics import Source, SpecError, fail, listed, suggest
from archcompiler.language.loading.places import (
    SpecPlace,
    Spelled,
    find_base,
    find_blocks,
    find_spec,
    read_place,
)
from archcompiler.language.loading.runs import RunOfSpec
from archcompiler.language.loading.spec_text import mended_error, read_blocks
from archcompiler.language.program.program import Program, Used
from archcompiler.language.spec.sharing import with_defaults
from archcompiler.language.spec.spec import Spec, VariantFile
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.files import read_source_file
from archcompiler.language.variants.settings import apply_settings, read_settings
from archcompiler.language.variants.variants import apply_edits, root_program

LONGEST_CHAIN = 20


def load_program(
    spec: Spelled | SpecPlace, settings: Mapping[str, Any] | None = None
) -> Program:
    """Load a spec by path, by the name of a shipped one, `FILE:VARIANT`, or its text.

    The folder of a run loads as it was trained.

    Raises:
        SpecError: with every diagnostic of the phase that failed.
    """
    place = find_spec(spec)
    with collection_paused():
        program = _load(place, place.path.parent, ())
        if place.run is not None:
            return _as_trained(program, place.run, settings or {})
        return apply_settings(program, read_settings(settings or {}))


def _as_trained(
    program: Program, run: RunOfSpec, settings: Mapping[str, Any]
) -> Program:
    """Return what a run was trained of, which has no variants; `settings` go before."""
    from archcompiler.language.recipe.overriding import override_training

    program = apply_settings(program, read_settings({**run.settings, **settings}))
    training = override_training(program.training, run.recipe)
    return replace(program, training=training, variants=(), sweep=None)


def load_variants(
    place: SpecPlace, settings: Mapping[str, Any] | None = None
) -> Iterator[tuple[str, Program | SpecError]]:
    """Yield the variants in a file by name, or what is wrong with one.

    Raises:
        SpecError: for a file that cannot be loaded itself.
    """
    form = read_place(place)
    base = _load(replace(place, variant=None), place.path.parent, ())
    read = read_settings(settings or {})
    for name in form.variants:
        try:
            yield name, apply_settings(_variant(base, form, name), read)
        except SpecError as error:
            yield name, error


def _load(place: SpecPlace, root: Path, chain: tuple[Path, ...]) -> Program:
    form = read_place(place)
    source = form.name.source
    used = _read_used(form, place.path, root)
    if isinstance(form, Spec):
        program = _root_program(form, source, used)
    else:
        base = _load_base(form, place.path, root, (*chain, place.path))
        program = apply_edits(base, form, form.name, form.name, source, used)
    if place.variant is None:
        return program
    if form.sweep is not None and place.variant not in form.variants:
        from archcompiler.language.variants.sweeps import compose, find_point

        if point := find_point(form.sweep, place.variant):
            return compose(program, point)
    if place.variant not in form.variants:
        _refuse_variant(form, place.variant)
    return _variant(program, form, place.variant)


def _refuse_variant(form: Spec | VariantFile, variant: str) -> None:
    message = f"`{form.name.text}` has no variant `{variant}`"
    help = suggest(variant, form.variants) if variant else ""
    help = help or f"its variants are {listed(form.variants)}"
    if not variant:
        message = "nothing stands behind the colon"
    if not form.variants:
        help = "it has no variants"
    if form.sweep is not None:
        help = "`archc sweep` shows the values of which a point is named"
    fail("bad-variant", message, form.name.span, help=help)


def _variant(base: Program, form: Spec | VariantFile, name: str) -> Program:
    key: Scalar = form.at.entries["variants"][1].entries[name][0]
    return apply_edits(base, form.variants[name], key, form.name, form.name.source)


def _read_used(form: Spec | VariantFile, path: Path, root: Path) -> tuple[Used, ...]:
    """Read the files of blocks that a spec uses.

    Raises:
        SpecError: for one that is not there, is none, or is named twice.
    """
    read: dict[Path, Used] = {}
    for use in form.use:
        file = find_blocks(use.name, path, root)
        if file in read:
            message = f"`use` names `{use.name.text}` twice"
            fail("duplicate-name", message, use.name.span, help="remove one of them")
        source = read_source_file(file)
        blocks = with_defaults(read_blocks(source, use.name).blocks, use)
        read[file] = Used(use.name, source, blocks)
    return tuple(read.values())


def _load_base(
    form: VariantFile, path: Path, root: Path, chain: tuple[Path, ...]
) -> Program:
    extends = form.extends
    name, _, variant = extends.text.partition(":")
    place = find_base(name, extends, path, root)
    if any(place.path.resolve() == seen.resolve() for seen in chain):
        circle = " -> ".join([file.stem for file in (*chain, place.path)])
        message = f"`extends` goes round in a circle: {circle}"
        fail("bad-variant", message, extends.span)
    if len(chain) > LONGEST_CHAIN:
        message = f"`extends` leads through more than {LONGEST_CHAIN} files"
        fail("bad-variant", message, extends.span)
    if variant:
        place = SpecPlace(place.path, variant)
    return _load(place, root, chain)


def _root_program(form: Spec, source: Source, used: tuple[Used, ...]) -> Program:
    try:
        return root_program(form, source, used)
    except SpecError as error:
        raise mended_error(source, error) from None
