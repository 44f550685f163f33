"""Specs to audit: GoogLeNet, whole and changed, and small ones that fail on purpose."""

import re
from functools import cache
from pathlib import Path

from archcompiler.auditing.auditing import FullAudit, audit_fully

SPECS = Path(__file__).parents[2] / "specs"
GOOGLENET = (SPECS / "googlenet.yaml").read_text()


@cache
def audited_googlenet() -> FullAudit:
    """Audit GoogLeNet once for all tests: its explanations take a second."""
    return audit_fully("googlenet")


def without_conventions(spec: str) -> str:
    """Return a shipped spec's text in which nothing says what its numbers count."""
    text = (SPECS / f"{spec}.yaml").read_text()
    return re.sub(r"\b(params|ops): \{counts:[^}]*\},?", "", text)


ROW = """\
name: small
input: {input}
table:
  columns: [name, type, patch, filters, output size, params, ops]
  rows:
  - [conv, Conv2D, {patch}, {filters}, {size}, {params}, {ops}]
claims: {{params: {{counts: weights}}, ops: {{counts: multiply-adds}}}}
{more}
"""


def one_row(
    *,
    input: str = "16x16x8",
    patch: str = "3x3",
    filters: int = 32,
    size: str = "14x14x32",
    params: str = "2304",
    ops: str = "451584",
    more: str = "",
) -> str:
    """Return a spec of one convolution; as it stands, all that it prints agrees."""
    return ROW.format(
        input=input,
        patch=patch,
        filters=filters,
        size=size,
        params=params,
        ops=ops,
        more=more,
    )
