"""Checking: a spec loaded, expanded and audited, in every configuration that it has."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.audit.blaming import blame
from archcompiler.audit.claims import Audit, audit
from archcompiler.audit.partial import first_that_differs, run_until_failure
from archcompiler.audit.work import refuse_work
from archcompiler.diagnostics import MOST_FOUND, Diagnostic, SpecError, within
from archcompiler.graph.expansion import expand
from archcompiler.language.collection import collection_paused
from archcompiler.language.loading import (
    SpecPlace,
    Spelled,
    find_spec,
    load_program,
    load_variants,
    variant_of,
)
from archcompiler.language.program import Program, choose

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
def load(spec: Spec, **parameters: Any) -> Architecture:
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
        raise SpecError(blame(program, error.diagnostics, found_in)) from None
    found = _findings(architecture, audit(architecture))
    if found:
        raise SpecError(blame(program, found, found_in))
    return architecture


@collection_paused()
def examine(spec: Spec, settings: Mapping[str, Any] | None = None) -> Checked:
    """Load and audit a spec in the configuration that it names, without raising."""
    try:
        program = load_program(spec, settings)
    except SpecError as error:
        return Checked(str(spec), None, None, error.diagnostics)
    return _examine_blaming(str(spec), program)


def examine_variants(
    place: SpecPlace, program: Program, settings: Mapping[str, Any] | None = None
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
                yield name, _examine_blaming(str(variant_of(place, name)), variant)


def _examine_blaming(spec: str, program: Program) -> Checked:
    examined = _examine(program)
    found = blame(program, examined.found, found_in)
    return Checked(spec, examined.architecture, examined.audit, found)


class _Examined(NamedTuple):
    architecture: Architecture | None
    audit: Audit | None
    found: tuple[Diagnostic, ...]


def _examine(program: Program) -> _Examined:
    try:
        architecture = Architecture(expand(program))
    except SpecError as error:
        above = claims_above_failure(program)
        return _Examined(None, None, (*above, *error.diagnostics))
    audited = audit(architecture)
    return _Examined(architecture, audited, _findings(architecture, audited))


def found_in(program: Program) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a program in its configuration, places as they are."""
    return _examine(program).found


def claims_above_failure(program: Program) -> list[Diagnostic]:
    """Return what differs first above the row that fails, if anything does."""
    above = run_until_failure(program)
    return first_that_differs(above) if above is not None else []


def check(spec: Spec, settings: Mapping[str, Any] | None = None) -> Checked:
    """Run every check, in all configurations of the table and in all variants.

    A configuration that a variant or `settings` choose is checked alone.
    """
    settings = settings or {}
    try:
        place = find_spec(spec)
    except SpecError as error:
        return Checked(str(spec), None, None, error.diagnostics)
    checked = replace(examine(place, settings), spec=str(spec))
    if checked.architecture is None:
        return checked
    program = checked.architecture.program
    found = {identity(f): f for f in checked.diagnostics}
    others = [] if place.variant else _configurations(program, settings)
    for diagnostic in _check_configurations(checked, others):
        found.setdefault(identity(diagnostic), diagnostic)
    for diagnostic in _beside(place, program, settings):
        found.setdefault(identity(diagnostic), diagnostic)
    return replace(
        checked,
        diagnostics=tuple(islice(found.values(), MOST_FOUND)),
        configurations=1 + len(others),
        variants=len(program.variants),
        swept=program.sweep.points if program.sweep else 0,
    )


def _beside(
    place: SpecPlace, program: Program, settings: Mapping[str, Any]
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the variants of a file and with its sweep."""
    try:
        for name, variant in examine_variants(place, program, settings):
            for diagnostic in variant.diagnostics:
                yield within(f"in variant `{name}`", diagnostic)
        yield from _sweep_findings(program, settings)
    except SpecError as error:
        yield from error.diagnostics


def identity(found: Diagnostic) -> object:
    """Return what tells findings apart, whatever variant they are found in."""
    return found.code, found.span, tuple([other.span for other in found.related])


def _findings(architecture: Architecture, audited: Audit) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the claims and with the recipe."""
    found = audited.findings(architecture.program)
    return (*found, *_recipe_findings(architecture))


def _recipe_findings(architecture: Architecture) -> tuple[Diagnostic, ...]:
    """Return what is wrong with the recipe; few specs have one."""
    if architecture.program.training is None:
        return ()
    from archcompiler.audit.recipe import check_recipe

    return tuple(check_recipe(architecture))


def _sweep_findings(
    program: Program, settings: Mapping[str, Any]
) -> Iterable[Diagnostic]:
    """Return what is wrong with the sweep; few specs have one."""
    if program.sweep is None:
        return ()
    from archcompiler.audit.sweeping import check_sweep

    return check_sweep(program, settings)


def _configurations(program: Program, settings: Mapping[str, Any]) -> list[Program]:
    """Return the program in the configurations that are not the chosen one."""
    name = _choosing_parameter(program)
    if not name or name in settings:
        return []
    chosen = program.parameters[name].text
    return [choose(program, c) for c in program.configurations if c.text != chosen]


def _choosing_parameter(program: Program) -> str:
    """Return the parameter that chooses a configuration, or nothing."""
    chooser = program.chooser
    return chooser.parameter.text if chooser and chooser.parameter else ""


def _check_configurations(
    checked: Checked, programs: Collection[Program]
) -> Iterator[Diagnostic]:
    """Yield what is wrong in other configurations than the chosen one.

    An erratum is untrue where the cell agrees in every configuration, so nothing is
    said of errata where only one is checked.
    """
    assert checked.audit is not None
    untrue = {found.span: found for found in checked.audit.untrue}
    for program in programs:
        try:
            architecture = Architecture(expand(program))
        except SpecError as error:
            found = error.diagnostics
        else:
            audited = audit(architecture)
            found = audited.diagnostics
            agreeing = {erratum.span for erratum in audited.untrue}
            untrue = {at: erratum for at, erratum in untrue.items() if at in agreeing}
        for diagnostic in blame(program, found, found_in):
            yield within(_configuration(program), diagnostic)
    if programs:
        yield from untrue.values()


def _configuration(program: Program) -> str:
    name = _choosing_parameter(program)
    return f"with {name}={program.parameters[name].text}"
