"""The report of a transfer: row by row what is copied, begins anew and is frozen."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from archcompiler.diagnostics import listed
from archcompiler.graph.expansion import PlacedRow
from archcompiler.training.folder import TRANSFER, write_json, write_text
from archcompiler.training.task import Task
from archcompiler.training.transfer.opening import Opened
from archcompiler.transplanting import Transplant

TEXT = "transfer.txt"


class RowTransfer(NamedTuple):
    """A row of the table with numbers of parameters."""

    row: str
    parameters: int
    copied: int
    anew: int
    frozen: int


@dataclass(frozen=True)
class Report:
    """What a run begins with, in numbers of parameters."""

    source: str
    """Empty where the seed drew all weights."""

    lines: tuple[RowTransfer, ...]
    left: tuple[str, ...]
    """The layers of the source that were not copied."""

    trained: int
    """Parameters that training changes."""

    notes: tuple[str, ...] = ()

    @property
    def total(self) -> RowTransfer:
        """The sum of the lines."""
        columns = zip(*(line[1:] for line in self.lines), strict=True)
        return RowTransfer("total", *map(sum, columns))

    def text(self) -> str:
        """Return the report as people read it."""
        total = self.total
        head = [_fact("begins with", self.source)] if self.source else []
        facts = [
            _fact("trained", f"{self.trained:,} of {total.parameters:,} parameters")
        ]
        if self.left:
            count = f"{len(self.left)} layer{'s' * (len(self.left) > 1)} of the source"
            facts.append(_fact("left", f"{count}: {listed(self.left, 4)}"))
        facts += [_fact("note", note) for note in self.notes]
        return "\n".join([*head, *_table([*self.lines, total]), *facts])

    def summary(self) -> str:
        """Return the report as one line."""
        total = self.total
        copied = f"{total.copied:,} parameters copied from {self.source}, "
        parts = f"{total.anew:,} anew, " if self.source else ""
        return f"{copied if self.source else ''}{parts}{total.frozen:,} frozen"

    def write(self, folder: Path) -> None:
        """Leave the report in a run folder."""
        record: dict[str, Any] = asdict(self)
        record["lines"] = [line._asdict() for line in self.lines]
        write_json(folder / TRANSFER, {**record, "summary": self.summary()})
        write_text(folder / TEXT, self.text() + "\n")


def make_report(
    task: Task,
    frozen: Iterable[PlacedRow],
    opened: Opened | None = None,
    done: Transplant | None = None,
) -> Report:
    """Return the report of what was copied, or of what is frozen alone."""
    architecture = task.architecture
    copied: Counter[str] = Counter()
    for pair in done.copied if done else ():
        index = architecture.graph[pair.target].row
        assert index is not None
        copied[architecture.row_names[index]] += pair.parameters
    still = {row.name for row in frozen}
    lines = []
    trained = 0
    for row in architecture.rows:
        totals = architecture.totals(row)
        count, mine = totals.parameters, copied[row.name]
        trained += 0 if row.name in still else totals.trainable
        if count:
            frozen_count = count if row.name in still else 0
            anew = count - mine if opened else 0
            lines.append(RowTransfer(row.name, count, mine, anew, frozen_count))
    return Report(
        source=opened.name if opened else "",
        lines=tuple(lines),
        left=done.left.source if done else (),
        trained=trained,
        notes=tuple(_notes(task, opened)),
    )


def _notes(task: Task, opened: Opened | None) -> Iterable[str]:
    """Tell what the numbers do not: what nobody checks, and what is hardly meant."""
    if opened is None:
        yield "the frozen rows stay as the seed drew them: nothing is copied"
        return
    recipe = task.recipe.training.plain()
    if opened.seen is None:
        yield (
            "images reach the network as the recipe's `pixels`, `mean` and `deviation` "
            "say; the source may expect others"
        )
        return
    for key, value in opened.seen.items():
        if value != recipe[key]:
            mine, theirs = _value(recipe[key]), _value(value)
            yield f"`{key}` is {mine} here, and was {theirs} in {opened.name}"


def _value(value: Any) -> str:
    if value is None:
        return "as they are"
    return ", ".join(f"{number:g}" for number in value) or "unsaid"


def _fact(name: str, text: str) -> str:
    return f"{name:12}{text}"


def _table(lines: Sequence[RowTransfer]) -> list[str]:
    """Lay the numbers out under each other; a column without any is left out."""
    total = lines[-1]
    shown = [at for at, number in enumerate(total[1:], 1) if number]
    cells = [
        [RowTransfer._fields[0], *(RowTransfer._fields[at] for at in shown)],
        *(
            [line.row, *(f"{line[at]:,}" if line[at] else "" for at in shown)]
            for line in lines
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    text = [_line(row, widths) for row in cells]
    text.insert(-1, "-" * max(map(len, text)))
    return text


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    name, *numbers = cells
    right = [
        number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True)
    ]
    return "  ".join([name.ljust(widths[0]), *right]).rstrip()
