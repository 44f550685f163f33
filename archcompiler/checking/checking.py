"""Checking: a spec loaded, expanded and audited, in every configuration that it has."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any, NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.checking.blaming import blame
from archcompiler.checking.collecting import Collected
from archcompiler.checking.following import fold, fold_failure
from archcompiler.checking.work import refuse_work
from archcompiler.claims.claims import Audit, audit
from archcompiler.collection import collection_paused
from archcompiler.diagnostics import MOST_FOUND, Diagnostic, SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.loading.loading import load_program, load_variants
from archcompiler.language.loading.places import (
    SpecPlace,
    Spelled,
    find_spec,
    variant_of,
)
from archcompiler.language.program.program import Program, choose

Spec = Spelled | SpecPlace


@dataclass(frozen=True, slots=True)
class Checked:
    """What every check of one SPEC found."""

    spec: str
    """SPEC as people wrote it."""

    architecture: Architecture | None
    """The configuration and variant that SPEC names; None where it cannot be built."""

    audit: Audit | None
    diagnostics: tuple[Diagnostic, ...]
    configurations: int = 1
    """How many configurations of the table were checked."""

    variants: int = 0
    """How many variants in the same file were checked."""

    swept: int = 0
    """How many points the sweep of the file has; each of its values was tried."""

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.diagnostics

    @property
    def name(self) -> str:
        """The name of the architecture, or SPEC where there is none."""
        return self.architecture.name if self.architecture else self.spec


@collection_paused()
def load(spec: Spec, /, **parameters: Any) -> Architecture:
    """Load and check a spec: a path, the name of a shipped spec, or `FILE:VARIANT`.

    A text of several lines is the spec itself. Keyword arguments set its parameters:
    `load("googlenet", classes=10)`. Printed cells and expected totals are checked, in
    the configuration that is loaded.

    Raises:
        SpecError: with every diagnostic of the phase that failed.
    """
    program = load_program(spec, parameters)
    try:
        architecture = Architecture(expand(program))
    except SpecError as error:
        failures = fold_failure(program, error.diagnostics)
        raise SpecError(blame(program, failures, found_in)) from None
    found = _roots(architecture, audit(architecture))
    if found:
        raise SpecError(blame(program, found, found_in))
    return architecture


@collection_paused()
def examine(
    spec: Spec, settings: Mapping[str, Any] | None = None, *, solving: bool = True
) -> Checked:
    """Load and audit a spec in the configuration that it names, without raising.

    `solving` looks for the number that mends what differs.
    """
    try:
        program = load_program(spec, settings)
    except SpecError as error:
        return Checked(str(spec), None, None, error.diagnostics)
    return _examine_blaming(str(spec), program, solving)


def examine_variants(
    place: SpecPlace,
    program: Program,
    settings: Mapping[str, Any] | None = None,
    *,
    solving: bool = True,
) -> Iterator[tuple[str, Checked]]:
    """Audit the variants in the file of a program, which is read once for all.

    Raises:
        SpecError: for more than anybody waits for.
    """
    if not program.variants:
        return
    refuse_work(program, len(program.variants))
    for name, variant in load_variants(place, settings):
        with collection_paused():
            if isinstance(variant, SpecError):
                yield name, Checked(name, None, None, variant.diagnostics)
            else:
                spelled = str(variant_of(place, name))
                yield name, _examine_blaming(spelled, variant, solving)


def _examine_blaming(spec: str, program: Program, solving: bool) -> Checked:
    examined = _examine(program)
    if examined.architecture is None or examined.audit is None:
        roots = fold_failure(program, examined.found, solving=solving)
    else:
        roots = _roots(examined.architecture, examined.audit, solving=solving)
    found = blame(program, roots, found_in)
    return Checked(spec, examined.architecture, examined.audit, found)


def examine_all(place: SpecPlace) -> Iterator[tuple[str, Checked]]:
    """Audit a table in each of its configurations, and each variant beside it.

    Each has a name: `configuration=A`, the variant's, or the spec's own where there is
    nothing to choose. Of a table that cannot be built there is none.

    Raises:
        SpecError: for more than anybody waits for.
    """
    checked = examine(place)
    if checked.architecture is None:
        return
    program = checked.architecture.program
    yield _configuration(program) or checked.name, checked
    for each in _configurations(program, {}):
        yield _configuration(each), _examine_blaming(str(place), each, solving=True)
    yield from examine_variants(place, program)


class _Examined(NamedTuple):
    architecture: Architecture | None
    audit: Audit | None
    found: tuple[Diagnostic, ...]


def _examine(program: Program) -> _Examined:
    try:
        architecture = Architecture(expand(program))
    except SpecError as error:
        return _Examined(None, None, error.diagnostics)
    audited = audit(architecture)
    return _Examined(architecture, audited, _findings(architecture, audited))


def found_in(program: Program) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a program in its configuration, places as they are."""
    return _examine(program).found


def check(spec: Spec, settings: Mapping[str, Any] | None = None) -> Checked:
    """Run every check, in all configurations of the table and in all variants.

    A configuration that a variant or `settings` choose is checked alone.
    """
    *_, checked = check_in_steps(spec, settings)
    return checked


def check_in_steps(
    spec: Spec, settings: Mapping[str, Any] | None = None
) -> Iterator[Checked]:
    """Run every check, and yield what is found so far: first the spec as it is named.

    A step is one configuration, one variant or the sweep; the last has everything.
    """
    settings = settings or {}
    try:
        place = find_spec(spec)
    except SpecError as error:
        yield Checked(str(spec), None, None, error.diagnostics)
        return
    checked = replace(examine(place, settings), spec=str(spec))
    yield checked
    if checked.architecture is None:
        return
    program = checked.architecture.program
    others = [] if place.variant or place.run else _configurations(program, settings)
    found = Collected(checked.diagnostics)
    checked = replace(
        checked,
        configurations=1 + len(others),
        variants=len(program.variants),
        swept=program.sweep.points if program.sweep else 0,
    )
    for _ in chain(
        _check_configurations(checked, others, found),
        _check_beside(place, program, settings, found),
    ):
        told = tuple(islice(found.told.values(), MOST_FOUND))
        yield replace(checked, diagnostics=told)


def _check_beside(
    place: SpecPlace,
    program: Program,
    settings: Mapping[str, Any],
    collected: Collected,
) -> Iterator[None]:
    """Collect what is wrong with the variants of a file and with its sweep."""
    solving = not collected.told  # else the variants inherit what is wrong
    try:
        variants = examine_variants(place, program, settings, solving=solving)
        for name, variant in variants:
            built = variant.architecture
            own = built.program if built is not None else None
            collected.take(f"in variant `{name}`", variant.diagnostics, own)
            yield
        collected.take("", _sweep_findings(program, settings), None)
    except SpecError as error:
        collected.take("", error.diagnostics, None)
    yield


def _findings(architecture: Architecture, audited: Audit) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the claims and with the recipe."""
    found = audited.findings(architecture.program)
    return (*found, *_recipe_findings(architecture))


def _roots(
    architecture: Architecture, audited: Audit, *, solving: bool = True
) -> tuple[Diagnostic, ...]:
    """Return what is wrong, without what follows from something else that is."""
    claims = fold(architecture, audited, solving=solving)
    return (*claims, *_recipe_findings(architecture))


def _recipe_findings(architecture: Architecture) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the recipe; few specs have one.

    That of a base was written for the base: a variant is held against it when trained.
    """
    inherits = architecture.program.inherits_training
    return () if inherits else _against_recipe(architecture)


def notes_of(architecture: Architecture) -> tuple[str, ...]:
    """Return what is no mistake and should be known: of the table and the recipe."""
    unfit = unfit_recipe(architecture)
    return (*architecture.notes, *([unfit] if unfit else []))


def unfit_recipe(architecture: Architecture) -> str:
    """Return why the recipe of a base does not train a variant, or nothing."""
    if not architecture.program.inherits_training:
        return ""
    found = _against_recipe(architecture)
    return f"the base's recipe does not train it: {found[0].message}" if found else ""


def _against_recipe(architecture: Architecture) -> tuple[Diagnostic, ...]:
    if architecture.program.training is None:
        return ()
    from archcompiler.checking.recipe import check_recipe

    return tuple(check_recipe(architecture))


def _sweep_findings(
    program: Program, settings: Mapping[str, Any]
) -> Iterable[Diagnostic]:
    """Return what is wrong with the sweep; few specs have one."""
    if program.sweep is None:
        return ()
    from archcompiler.checking.sweeping import check_sweep

    return check_sweep(program, settings)


def _configurations(program: Program, settings: Mapping[str, Any]) -> list[Program]:
    """Return the program in the configurations that are not the chosen one."""
    chooser = program.chooser
    if chooser is None or chooser.parameter.text in settings:
        return []
    name = chooser.parameter.text
    chosen = program.parameters[name].text
    return [choose(program, name, c) for c in chooser.choices if c.text != chosen]


def _check_configurations(
    checked: Checked, programs: Collection[Program], collected: Collected
) -> Iterator[None]:
    """Collect what is wrong in other configurations than the chosen one.

    An erratum is untrue where the cell agrees in every configuration, so nothing is
    said of errata where only one is checked.
    """
    assert checked.audit is not None
    assert checked.architecture is not None
    collected.note_totals(checked.architecture, checked.audit)
    untrue = {found.span: found for found in checked.audit.untrue}
    for program in programs:
        solving = not collected.told
        try:
            architecture = Architecture(expand(program))
        except SpecError as error:
            found = fold_failure(program, error.diagnostics, solving=solving)
        else:
            audited = audit(architecture)
            found = fold(architecture, audited, solving=solving)
            agreeing = {erratum.span for erratum in audited.untrue}
            untrue = {at: erratum for at, erratum in untrue.items() if at in agreeing}
        found = blame(program, found, found_in)
        where = f"with {_configuration(program)}"
        collected.take_configuration(where, found, program)
        yield
    if programs:
        collected.take("", untrue.values(), None)


def _configuration(program: Program) -> str:
    """Return how a configuration is set, `model=B`; nothing where there is none."""
    if program.chooser is None:
        return ""
    name = program.chooser.parameter.text
    return f"{name}={program.parameters[name].text}"
