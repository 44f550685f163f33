"""Blame: what an edit causes is told at the edit, and where it shows comes second.

Whether an edit causes a finding is tried, not guessed: the table runs without it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from archcompiler.diagnostics import Diagnostic, Related, Span, SpecError
from archcompiler.language.program.program import Change, Origin, Program, choose

Find = Callable[[Program], Iterable[Diagnostic]]
"""Returns what is wrong with a program, without raising it."""

_Key = tuple[str, Span | None]


def blame(
    program: Program, found: Sequence[Diagnostic], find: Find
) -> tuple[Diagnostic, ...]:
    """Return findings, those that an edit of the base causes at the place of the edit.

    What the base has without the edits stays where it is, and so does what `find` knows
    nothing of.
    """
    if program.origin is None or not found:
        return tuple(found)
    trials = _Trials(program, find)
    return tuple([trials.blame(finding) for finding in found])


class _Trials:
    """The bases of a program and parts of its edits, each tried once."""

    def __init__(self, program: Program, find: Find) -> None:
        self.program = program
        self.find = find
        self.bases: dict[int, frozenset[_Key]] = {}
        self.parts: dict[tuple[int, int], frozenset[_Key]] = {}

    def blame(self, finding: Diagnostic) -> Diagnostic:
        origin = self._first_with(finding)
        if finding.span is None or origin is None or origin.holds(finding.span):
            return finding
        change = self._responsible(origin, origin.changes, _key(finding))
        if change is None or change.span == finding.span:
            return finding
        return _told_at(change, finding)

    def _first_with(self, finding: Diagnostic) -> Origin | None:
        """Return the first edits that have a finding; None where the root has it."""
        if _key(finding) not in self._found_in(self.program):
            return None
        origin = self.program.origin
        while origin is not None and _key(finding) in self._found_in(origin.base):
            origin = origin.base.origin
        return origin

    def _found_in(self, base: Program) -> frozenset[_Key]:
        if id(base) not in self.bases:
            self.bases[id(base)] = self._try(base)
        return self.bases[id(base)]

    def _responsible(
        self, origin: Origin, changes: Sequence[Change], key: _Key
    ) -> Change | None:
        """Return the edit with which the finding comes, those before it being made."""
        without, having = 0, len(changes)
        if not changes:
            return None
        while having - without > 1:
            middle = (without + having) // 2
            if key in self._found_with(origin, changes[:middle]):
                having = middle
            else:
                without = middle
        return changes[having - 1]

    def _found_with(self, origin: Origin, changes: Sequence[Change]) -> frozenset[_Key]:
        at = id(origin), len(changes)
        if at not in self.parts:
            try:
                self.parts[at] = self._try(origin.with_only(changes))
            except SpecError:
                self.parts[at] = frozenset()
        return self.parts[at]

    def _try(self, trial: Program) -> frozenset[_Key]:
        """Return what is found in a trial, in the configuration of the program."""
        chooser = self.program.chooser
        if chooser is not None:
            name = chooser.parameter.text
            chosen, own = (p.parameters.get(name) for p in (self.program, trial))
            if chosen is not None and (own is None or own.text != chosen.text):
                trial = choose(trial, name, chosen)
        return frozenset([_key(finding) for finding in self.find(trial)])


def _key(finding: Diagnostic) -> _Key:
    return finding.code, finding.span


def _told_at(change: Change, finding: Diagnostic) -> Diagnostic:
    """Return a finding at the place of an edit; edits of other texts are no help."""
    assert finding.span is not None
    source = change.span.source
    return replace(
        finding,
        span=change.span,
        label="this edit causes it",
        related=(
            Related(finding.span, finding.label or "where it shows"),
            *finding.related,
        ),
        edits=tuple([edit for edit in finding.edits if edit.span.source == source]),
    )
