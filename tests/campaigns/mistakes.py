"""Where the first finding of a mutant points, and whether doing what it says helps.

`PYTHONPATH=tests/campaigns python -m tests.campaigns.mistakes` prints the figures that
docs/reliability.md holds.
"""

import argparse
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from executing import execute
from one_edit import Mutant, mutants

from archcompiler.checking.checking import check
from archcompiler.diagnostics import Diagnostic

SPECS = Path(__file__).parents[2] / "specs"


@dataclass
class Tally:
    """What was seen of the mutants that are refused."""

    mutants: int = 0
    refused: int = 0
    at_line: int = 0
    at_edit: int = 0
    proposed: int = 0
    helped: int = 0
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)
    elsewhere: list[tuple[str, Mutant, Diagnostic]] = field(default_factory=list)
    misled: list[tuple[str, Mutant, Diagnostic, str]] = field(default_factory=list)

    def share(self, part: int) -> float:
        """Return a part of the refused mutants."""
        return part / max(self.refused, 1)

    def __str__(self) -> str:
        lines = [
            f"mutants                   {self.mutants:>7,}",
            f"refused                   {self.refused:>7,}",
            f"told at the edited line   {self.share(self.at_line):>7.1%}",
            f"told at the edit itself   {self.share(self.at_edit):>7.1%}",
            f"told a text to write      {self.proposed:>7,}",
            f"helped by it              {self.helped / max(self.proposed, 1):>7.1%}",
            "",
        ]
        for kind in sorted({kind for kind, _ in self.by_kind}):
            refused = self.by_kind[kind, "refused"]
            line, edit = self.by_kind[kind, "line"], self.by_kind[kind, "edit"]
            lines.append(
                f"{kind:20}{refused:>6}{line / refused:>8.1%}{edit / refused:>8.1%}"
            )
        return "\n".join(lines)


def measure(texts: dict[str, str], count: int, seed: int, folder: Path) -> Tally:
    """Check mutants of specs, and do what the first finding of each says."""
    tally = Tally()
    for name, mutant in mutants(texts, count, seed):
        tally.mutants += 1
        path = folder / name
        path.write_text(mutant.text)
        found = check(path.name).diagnostics
        if found:
            _count(tally, name, mutant, found, path)
        path.unlink()
    return tally


def _count(
    tally: Tally, name: str, mutant: Mutant, found: tuple[Diagnostic, ...], path: Path
) -> None:
    first = found[0]
    at_line, at_edit = points_at(mutant, first, path.name)
    tally.refused += 1
    tally.at_line += at_line
    tally.at_edit += at_edit
    tally.by_kind[mutant.kind, "refused"] += 1
    tally.by_kind[mutant.kind, "line"] += at_line
    tally.by_kind[mutant.kind, "edit"] += at_edit
    if not at_edit:
        tally.elsewhere.append((name, mutant, first))
    done = execute(path, found)
    if done is not None:
        tally.proposed += 1
        tally.helped += not done.wrong
        if done.wrong:
            tally.misled.append((name, mutant, first, done.wrong))


def points_at(mutant: Mutant, found: Diagnostic, name: str) -> tuple[bool, bool]:
    """Return whether a finding lies on an edited line, and whether at the edit."""
    span = found.span
    if span is None or Path(span.source.name).name != name:
        return False, False
    if span.line not in mutant.lines:
        return False, False
    start, end = mutant.columns(span.line)
    return True, span.column <= end and span.end >= start


def shipped_texts() -> dict[str, str]:
    """Return the specs that ship, by the names of their files."""
    return {path.name: path.read_text() for path in sorted(SPECS.glob("*.yaml"))}


def main(arguments: Iterable[str]) -> None:
    """Print the figures of a campaign, and with `--show` what it found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="so many of the worst")
    chosen = parser.parse_args([*arguments])
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        tally = measure(shipped_texts(), chosen.mutants, chosen.seed, Path(folder))
    print(tally)
    for name, mutant, found in tally.elsewhere[: chosen.show]:
        lines = mutant.text.split("\n")
        print(
            f"\n{name}, {mutant.kind}: {mutant.lines[0]}: {lines[mutant.lines[0] - 1]}"
        )
        print(found)
    for name, mutant, found, wrong in tally.misled[: chosen.show]:
        print(f"\nMISLED {name}, {mutant.kind} {mutant.lines[0]}: {found}\n{wrong}")


if __name__ == "__main__":
    main(sys.argv[1:])
