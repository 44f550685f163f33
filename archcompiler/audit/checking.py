"""Checking: a spec loaded, expanded and audited, in every configuration that it has."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.audit.claims import Audit, audit
from archcompiler.diagnostics import Diagnostic, SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.loading import load_program
from archcompiler.language.program import Program, choose

Spec = str | os.PathLike[str]


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

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.diagnostics

    @property
    def name(self) -> str:
        """The name of the architecture, or SPEC where there is none."""
        return self.architecture.name if self.architecture else self.spec


def load(spec: Spec, **parameters: Any) -> Architecture:
    """Load and check a spec: a path, the name of a shipped spec, or `FILE:VARIANT`.

    Keyword arguments set the spec's parameters: `load("googlenet", classes=10)`.
    Printed cells and expected totals are checked in the configuration that is loaded.

    Raises:
        SpecError: with every diagnostic of the phase that failed.
    """
    architecture = Architecture(expand(load_program(spec, parameters)))
    found = _findings(architecture, audit(architecture))
    if found:
        raise SpecError(found)
    return architecture


def examine(spec: Spec, settings: Mapping[str, Any] | None = None) -> Checked:
    """Load and audit a spec in the configuration that it names, without raising."""
    try:
        architecture = Architecture(expand(load_program(spec, settings)))
    except SpecError as error:
        return Checked(os.fspath(spec), None, None, error.diagnostics)
    audited = audit(architecture)
    found = _findings(architecture, audited)
    return Checked(os.fspath(spec), architecture, audited, found)


def check(spec: Spec, settings: Mapping[str, Any] | None = None) -> Checked:
    """Run every check of a spec, in all configurations of its table and all its variants.

    A configuration that a variant or `settings` choose is checked alone.
    """
    settings = settings or {}
    checked = examine(spec, settings)
    if checked.architecture is None:
        return checked
    program = checked.architecture.program
    found = list(checked.diagnostics)
    named = program.name != program.at.text  # SPEC names an entry of `variants`
    configurations = [] if named else _configurations(program, settings)
    found += _check_configurations(checked, configurations)
    variants = program.variants
    for variant in variants:
        found += examine(_variant(program, variant), settings).diagnostics
    return replace(
        checked,
        diagnostics=tuple(dict.fromkeys(found)),
        configurations=1 + len(configurations),
        variants=len(variants),
    )


def _findings(architecture: Architecture, audited: Audit) -> tuple[Diagnostic, ...]:
    """Return what is wrong; an erratum may hold in another configuration."""
    if architecture.program.configurations:
        return audited.diagnostics
    return (*audited.diagnostics, *audited.untrue)


def _configurations(program: Program, settings: Mapping[str, Any]) -> list[Program]:
    """Return the program in the configurations that are not the chosen one."""
    chooser = program.chooser
    if chooser is None or chooser.parameter.text in settings:
        return []
    chosen = program.parameters[chooser.parameter.text].text
    return [choose(program, c) for c in program.configurations if c.text != chosen]


def _check_configurations(
    checked: Checked, programs: Iterable[Program]
) -> Iterator[Diagnostic]:
    assert checked.audit is not None
    untrue = set(checked.audit.untrue)
    known = {(found.code, found.span) for found in checked.diagnostics}
    for program in programs:
        try:
            architecture = Architecture(expand(program))
        except SpecError as error:
            found: tuple[Diagnostic, ...] = error.diagnostics
        else:
            audited = audit(architecture)
            found = audited.diagnostics
            untrue &= set(audited.untrue)
        for diagnostic in found:
            if (diagnostic.code, diagnostic.span) not in known:
                known.add((diagnostic.code, diagnostic.span))
                yield _in_configuration(diagnostic, program)
    if checked.architecture is not None and checked.architecture.program.configurations:
        yield from untrue


def _in_configuration(diagnostic: Diagnostic, program: Program) -> Diagnostic:
    assert program.chooser is not None
    name = program.chooser.parameter.text
    where = f"with {name}={program.parameters[name].text}: "
    return replace(diagnostic, message=where + diagnostic.message)


def _variant(program: Program, name: str) -> str:
    """Return SPEC of a variant in the last file of the chain."""
    return f"{program.files[-1].name}:{name}"
