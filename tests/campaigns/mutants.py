"""One slip in a port of a published network: in how many findings it is told, where.

`PYTHONPATH=tests/campaigns python -m tests.campaigns.mutants` prints the figures that
docs/reliability.md holds.
"""

import argparse
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from porting import KINDS, Network, slips

from archcompiler.alignment.aligning import Alignment, align
from archcompiler.checking.checking import examine
from archcompiler.reports.alignment import alignment_report
from archcompiler.tabular.report import report_text

CELLS = str(Path(__file__).with_name("cells.yaml"))
NETWORKS = (
    "alexnet",
    "bn-inception",
    "densenet121",
    "efficientnet-b0",
    "googlenet",
    "googlenet-training",
    "inception-resnet-v2",
    "inception-v3",
    "inception-v4",
    "mobilenet-v1",
    "mobilenetv2",
    "nin",
    "resnet50",
    "resnet50v2",
    "resnext50",
    "squeezenet",
    "vgg16",
    "xception",
    CELLS,
)


class Seen(NamedTuple):
    """What an audit says of one port."""

    network: str
    kind: str
    what: str
    rows: frozenset[str]
    alignment: Alignment

    @property
    def told(self) -> int:
        """The number of findings."""
        return len(self.alignment.findings)

    @property
    def is_well_told(self) -> bool:
        """Whether the rows of the slip are named, no others, and once or twice."""
        return self.is_at_the_row and not self.elsewhere and self.told <= 2

    def __str__(self) -> str:
        text = f"{self.told} told, {self.network}, {self.kind}: {self.what}"
        rows = f"in {', '.join(sorted(self.rows))}"
        told = f", told in {', '.join(sorted(self.elsewhere))}"
        return f"{text}; {rows}{told if self.elsewhere else ''}"

    @property
    def elsewhere(self) -> set[str]:
        """The rows with findings in which nothing was changed."""
        return {each.row for each in self.alignment.findings} - self.rows

    @property
    def is_at_the_row(self) -> bool:
        """Whether a row with the slip is named."""
        return any(each.row in self.rows for each in self.alignment.findings)


def measure(
    networks: Iterable[str], kinds: Iterable[str], each: int, seed: int
) -> Iterator[Seen]:
    """Audit so many ports of each network for each kind of slip."""
    kinds = [*kinds]
    for name in networks:
        architecture = examine(name).architecture
        network = Network(architecture)
        names = {None: "input", **architecture.row_names}
        for kind in kinds:
            chance = random.Random(f"{seed} {architecture.name} {kind}")
            for slip, port in slips(network, kind, each, chance):
                rows = frozenset(names[row] for row in network.touched(slip))
                alignment = align(architecture, port)
                yield Seen(architecture.name, kind, slip.what, rows, alignment)


def table_of(seen: Iterable[Seen]) -> str:
    """Return the figures, a line for each kind of slip."""
    seen = [*seen]
    lines = [_line("", ("ports", "silent", "at row", "1", "2", "more", "elsewhere"))]
    for kind in KINDS:
        some = [each for each in seen if each.kind == kind]
        lines += [_line(kind, _figures(some))] if some else []
    lines.append(_line("together", _figures(seen)))
    return "\n".join(lines)


def _line(head: str, cells: Iterable[object]) -> str:
    return f"{head:24}" + "".join(f"{cell:>10}" for cell in cells)


def _figures(seen: list[Seen]) -> list[int]:
    loud = [each for each in seen if each.alignment.differs]
    counts = [each.told for each in loud]
    return [
        len(seen),
        len(seen) - len(loud),
        sum(each.is_at_the_row for each in loud),
        counts.count(1),
        counts.count(2),
        sum(count > 2 for count in counts),
        sum(bool(each.elsewhere) for each in loud),
    ]


def main() -> None:
    """Print the figures, and each port that is told badly."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--kinds", nargs="*", default=[*KINDS])
    parser.add_argument("--networks", nargs="*", default=NETWORKS)
    parser.add_argument("--bad", action="store_true", help="print what is told badly")
    parser.add_argument("--shown", action="store_true", help="print the reports, too")
    options = parser.parse_args()
    seen = []
    for each in measure(options.networks, options.kinds, options.each, options.seed):
        seen.append(each)
        if options.shown or (options.bad and not each.is_well_told):
            print(each)
        if options.shown:
            print(report_text(alignment_report(each.alignment)), "\n")
    print(table_of(seen))


if __name__ == "__main__":
    main()
