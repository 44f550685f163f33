"""The comparison of a sweep: what is asked of its points, and the table of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from archcompiler.checking.choosing import Bounds, has_name, sort_points
from archcompiler.checking.sweeping import Weighed
from archcompiler.cli.printing import print_report
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import suggest
from archcompiler.language.loading.loading import load_program
from archcompiler.language.program.program import Program
from archcompiler.language.spec.spec import Sweep
from archcompiler.language.variants.sweeps import (
    headings,
    is_swept,
    points_of,
    refuse_names,
    sweep_of,
)
from archcompiler.reports.sweep import sweep_record, sweep_report


def load_base(spec: str, settings: Iterable[str] = ()) -> Program:
    """Return the program whose sweep is meant.

    Raises:
        SpecError: where it has none, or one with names that are taken.
        UsageError: for a setting of what the sweep varies.
    """
    base = load_program(spec)
    sweep = sweep_of(base)
    refuse_names(base)
    for name in settings:
        if is_swept(sweep, "parameters", name):
            raise UsageError(f"the sweep varies {name!r}: leave --set {name} out")
    return base


def bounds_of(options: Any) -> Bounds:
    """Return what is asked of points."""
    return Bounds(
        options.max_parameters,
        options.max_macs,
        options.max_memory,
        tuple(options.only),
    )


def refuse_unknown(names: Sequence[str], sweep: Sweep) -> None:
    """Refuse a name that no point of a sweep has.

    Raises:
        UsageError: with the nearest one.
    """
    points = list(points_of(sweep)) if names else []
    for name in names:
        if not any(has_name(point, name) for point in points):
            known = {part for point in points for part in point.name.split(" ")}
            near = suggest(name, sorted(known | {point.name for point in points}))
            message = f"no variant of the sweep is called, or has, {name!r}"
            raise UsageError(f"{message}: {near}" if near else message)


def show(
    base: Program,
    weighed: Sequence[Weighed],
    bounds: Bounds,
    form: str,
    sort: str | None,
) -> int:
    """Print the points within the bounds; return 1 where none can be."""
    chosen = sort_points(filter(bounds.admit, weighed), sort)
    labels = headings(sweep_of(base))
    report = sweep_report(base.name, labels, chosen, len(weighed) - len(chosen))
    print_report(
        report, form, lambda: sweep_record(base.name, labels, chosen), base.name
    )
    return 0 if any(one.cost for one in chosen) else 1
