"""Settings: parameters that `--set` or Python gives."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archcompiler.diagnostics import Findings, Source, Span, fail
from archcompiler.language.expressions import paste, read_value
from archcompiler.language.program.program import (
    Change,
    Declared,
    Origin,
    Program,
    row_errata,
)
from archcompiler.language.text.document import Scalar
from archcompiler.language.variants.variants import refuse_parameter
from archcompiler.ops.fields import quote

OPTION = "--set"
"""The name of the source that a setting is."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`name=value`, from the command line or from Python."""

    name: Scalar
    value: Scalar


@dataclass(frozen=True, slots=True)
class SetFrom(Origin):
    """Settings, and the program whose parameters they set."""

    base: Program
    settings: Sequence[Setting]

    @property
    def changes(self) -> list[Change]:
        """The settings, each with the place of its value."""
        return [Change((s.name.text,), s.value.span) for s in self.settings]

    def holds(self, span: Span) -> bool:
        """Whether a place lies in a setting."""
        return any(span.source == setting.name.source for setting in self.settings)

    def with_only(self, changes: Collection[Change]) -> Program:
        """Return the program with some of the settings."""
        paths = {change.path for change in changes}
        some = [setting for setting in self.settings if (setting.name.text,) in paths]
        return apply_settings(self.base, some)


def read_settings(settings: Mapping[str, Any]) -> list[Setting]:
    """Read values by name: a number, a bool, or a text as it would stand in YAML.

    Raises:
        SpecError: for an empty value or one with holes.
        TypeError: for a value of another type.
    """
    found = Findings()
    read = []
    for name, value in settings.items():
        text = _text(name, value)
        source = Source(OPTION, f"{name}={text}")
        at = len(name) + 1
        key = Scalar(name, True, source, 0, 0, len(name))
        cell = Scalar(text, True, source, 0, at, at + len(text))
        if not text.strip() or "<" in text or not text.isprintable():
            found.add("bad-value", f"`{name}` needs a number or a text", cell.span)
        read.append(Setting(key, cell))
    found.finish()
    return read


def apply_settings(program: Program, settings: list[Setting]) -> Program:
    """Return the program with parameters set; totals are then reported, not asserted.

    Raises:
        SpecError: for a parameter that the program does not have.
    """
    if not settings:
        return program
    parameters = dict(program.parameters)
    for setting in settings:
        refuse_parameter(program, setting.name)
        _refuse_other_kind(program, setting)
        parameters[setting.name.text] = setting.value
    words = tuple([f"{s.name.text}={s.value.text}" for s in settings])
    edited = "" if _only_choose(program, settings) else f"--set {' '.join(words)}"
    given = {setting.name.text for setting in settings}
    kept = [key for key in program.declared.parameters if key.text not in given]
    rows = program.rows
    if edited:
        rows = tuple([row._replace(claimed=False, own=frozenset()) for row in rows])
    return replace(
        program,
        parameters=parameters,
        rows=rows,
        total_claims={},
        errata={} if edited else row_errata(program),
        expect=None,
        settings=(*program.settings, *words),
        edited=program.edited or edited,
        declared=Declared((*kept, *[setting.name for setting in settings])),
        origin=SetFrom(program, settings),
    )


def _refuse_other_kind(program: Program, setting: Setting) -> None:
    """Refuse a text for a number, and what is true or false for what isn't.

    Raises:
        SpecError: with the value that the parameter has.
    """
    name = setting.name.text
    chooser = program.chooser
    if chooser is not None and chooser.parameter.text == name:
        return
    given = program.parameters[name].text
    old, new = program.values[name], read_value(setting.value.text)
    truth = isinstance(old, bool)
    is_text = isinstance(new, str) and (truth or new[0].isalpha())
    if isinstance(old, str) or (truth == isinstance(new, bool) and not is_text):
        return
    kind = "`true` or `false`" if truth else "a number"
    message = f"`{name}` is {kind}, as `{given}`, received {quote(new)}"
    fail("bad-value", message, setting.value.span)


def _only_choose(program: Program, settings: list[Setting]) -> bool:
    """Whether settings do no more than choose a configuration that is printed."""
    chooser = program.chooser
    if chooser is None:
        return False
    return all(setting.name.text == chooser.parameter.text for setting in settings)


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and abs(value) >= 10**30:
        return "9" * 31  # beyond every bound; Python refuses to print the largest
    if isinstance(value, bool | int | float):
        return paste(value)
    message = f"parameter {name!r} takes a number, a bool or a text, received {value!r}"
    raise TypeError(message)
