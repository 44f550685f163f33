"""The alignment: what a foreign model does otherwise than a table, as one object."""

from dataclasses import dataclass
from typing import Any

from archcompiler.alignment.findings import Finding
from archcompiler.alignment.totals import Totals
from archcompiler.diagnostics import listed


@dataclass(frozen=True, slots=True)
class Alignment:
    """What a foreign model does otherwise than the table says."""

    spec: str
    model: str
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    totals: Totals
    rows: tuple[str, ...]
    """The names of the table's rows that hold layers."""

    together: int
    """How many units of the table stand beside one of the model."""

    uncompared: tuple[str, ...]
    """What may differ although nothing does."""

    @property
    def differs(self) -> bool:
        """Whether anything is told, or the totals differ and nothing says why.

        Where it is false both compute the same, but for what is `uncompared`.
        """
        return bool(self.findings) or not self.totals.are_explained

    @property
    def alike(self) -> tuple[str, ...]:
        """The rows in which nothing differs."""
        differing = {row for finding in self.findings for row in finding.rows}
        return tuple(row for row in self.rows if row not in differing)

    @property
    def verdict(self) -> str:
        """What is found, in a few words."""
        if self.findings:
            rows = {finding.row for finding in self.findings}
            findings = _count(len(self.findings), "finding")
            return f"{findings} in {_count(len(rows), 'row')}"
        if self.totals.unsure:
            return (
                f"{self.together} units agree, row by row, but for "
                f"{listed(self.totals.unsure)}, of which the file tells too little: "
                "this is no clean verdict"
            )
        if self.differs:
            return (
                f"{self.together} units agree, row by row, but the totals differ and "
                "nothing says why: this is no clean verdict"
            )
        equal = ", equal as folded" if self.totals.moved else ""
        return f"nothing differs: {self.together} units agree, row by row{equal}"

    def __repr__(self) -> str:
        return f"<Alignment {self.spec} against {self.model}: {self.verdict}>"

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain data, as `archc audit --format json` prints it."""
        totals = self.totals
        return {
            "name": self.spec,
            "against": self.model,
            "ok": not self.differs,
            "findings": [
                {
                    "row": finding.row,
                    "layer": finding.layer,
                    "what": finding.what,
                    "table": finding.table,
                    "model": finding.model,
                    "table_layer": finding.counterpart or None,
                    "follows": [each._asdict() for each in finding.follows],
                }
                for finding in self.findings
            ],
            "aligned": self.together,
            "totals": {
                "parameters": {
                    "table": totals.table_parameters,
                    "model": totals.model_parameters,
                },
                "macs": {
                    "table": totals.table_macs,
                    "model": totals.model_macs,
                    "printed": totals.printed_macs,
                    "complete": totals.is_complete and totals.model_macs is not None,
                },
            },
            "uncompared": list(self.uncompared),
            "notes": list(self.notes),
        }


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
