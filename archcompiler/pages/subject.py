"""What a page is about: a spec, checked and audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.auditing.auditing import FullAudit, audit_fully
from archcompiler.checking.checking import Spec, examine
from archcompiler.claims.claims import Audit
from archcompiler.diagnostics import SpecError
from archcompiler.language.loading.places import find_spec


@dataclass(frozen=True)
class Subject:
    """An architecture, its claims judged, and its full audit."""

    architecture: Architecture
    audit: Audit
    full: FullAudit


def read_subject(
    spec: Spec, settings: Mapping[str, Any] | None = None, *, explaining: bool = True
) -> Subject:
    """Check and audit a spec, whose claims may fail.

    `explaining` looks for what cells that differ may have counted.

    Raises:
        SpecError: for one that cannot be built.
    """
    place = find_spec(spec)
    checked = examine(place, settings)
    if checked.architecture is None or checked.audit is None:
        raise SpecError(checked.diagnostics)
    full = audit_fully(place, settings, explaining=explaining)
    return Subject(checked.architecture, checked.audit, full)
