"""Collecting: what is wrong in several configurations and variants is told once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from archcompiler.architecture import Architecture
from archcompiler.checking.following import total_keys
from archcompiler.claims.claims import Audit
from archcompiler.diagnostics import Diagnostic, within
from archcompiler.language.program.program import Program


class Collected:
    """Findings of one file, each with the places that have it."""

    def __init__(self, found: Iterable[Diagnostic]) -> None:
        self.found = {identity(diagnostic): diagnostic for diagnostic in found}
        self.told = dict(self.found)
        self.times = Counter(self.found.keys())
        self.elsewhere: dict[object, str] = {}
        self.totals_differ = False

    def note_totals(self, architecture: Architecture, audited: Audit) -> None:
        """Note whether the table's own totals differ.

        A total of another configuration, or of a variant, sums up the same rows; where
        the table's own differs, it cannot be judged.
        """
        keys = total_keys(architecture.program, audited.diagnostics)
        self.totals_differ = bool(keys) and bool(self.found)

    def take(
        self, where: str, found: Iterable[Diagnostic], program: Program | None
    ) -> None:
        """Take what is wrong in a configuration or variant, named by `where`."""
        for diagnostic in found:
            key = identity(diagnostic)
            self.times[key] += 1
            if key in self.found:
                continue
            if self.totals_differ and program and total_keys(program, [diagnostic]):
                self._count(diagnostic)
                continue
            self.found[key] = diagnostic
            self.told[key] = within(where, diagnostic) if where else diagnostic

    def take_configuration(
        self, where: str, found: Iterable[Diagnostic], program: Program
    ) -> None:
        """Take what is wrong in another configuration of the same table.

        What the chosen one has as well is counted; of what it lacks, one is named.
        """
        found = tuple(found)
        known = {*self.found}
        self.take(where, found, program)
        for key in map(identity, found):
            if key not in known and key in self.found:
                self.elsewhere[key] = where
            if self.times[key] > 1 and key in self.found:
                self.told[key] = within(self._those_with(key), self.found[key])

    def _those_with(self, key: object) -> str:
        times = self.times[key]
        if key in self.elsewhere:
            others = "another" if times == 2 else f"{times - 1} others"
            return f"{self.elsewhere[key]} and {others}"
        return f"in {times} configurations"

    def _count(self, diagnostic: Diagnostic) -> None:
        """Count what follows with the first finding of the table."""
        first = next(iter(self.found))
        for known in (self.found, self.told):
            follows = known[first].follows + 1 + diagnostic.follows
            known[first] = replace(known[first], follows=follows)


def identity(found: Diagnostic) -> object:
    """Return what tells findings apart, whatever variant they are found in."""
    return found.code, found.span, tuple([other.span for other in found.related])
