"""What `--init` and `--head` ask for, checked against the table."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from archcompiler.architecture import Architecture
from archcompiler.checking.rows import unknown_row
from archcompiler.diagnostics import Diagnostic, Source, SpecError
from archcompiler.language.text.document import Scalar


@dataclass(frozen=True, slots=True)
class Init:
    """Where the first weights come from."""

    source: str
    """A file, a run folder, or a name of keras.applications."""

    head: tuple[str, ...] = ()
    """The rows with which the new head begins; empty where nobody named them."""

    def cover(self, digest: str, sha256: str) -> str:
        """Return the digest of a run: of its recipe, and of the weights copied."""
        whole = " ".join((digest, sha256, *self.head))
        return hashlib.sha256(whole.encode()).hexdigest()


def read_init(
    architecture: Architecture, source: str | None, head: Sequence[str]
) -> Init | None:
    """Return what is asked for, or None where the seed draws all weights.

    Raises:
        SpecError: for a head that is no row of the table, or is named twice.
    """
    if source is None:
        return None
    found = list(_check_head(architecture, head))
    if found:
        raise SpecError(found)
    return Init(source, tuple(head))


def _check_head(
    architecture: Architecture, head: Sequence[str]
) -> Iterator[Diagnostic]:
    present = {row.name for row in architecture.rows if architecture.totals(row).layers}
    for at, name in enumerate(head):
        cell = Scalar(name, True, Source("--head", name), 0, 0, len(name))
        unknown = unknown_row(architecture, cell, "`--head`")
        if unknown is not None:
            yield unknown
        elif name not in present:
            message = f"the row `{name}` has no layers here, so no head begins with it"
            yield Diagnostic("bad-value", message, cell.span)
        elif name in head[:at]:
            message = f"`--head` names the row `{name}` twice"
            yield Diagnostic("duplicate-name", message, cell.span)
