"""A sweep before any training: what each point costs, or why it cannot be."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.checking.blaming import blame
from archcompiler.checking.recipe import check_recipe
from archcompiler.checking.work import refuse_work
from archcompiler.claims.claims import audit
from archcompiler.collection import collection_paused
from archcompiler.diagnostics import MOST_FOUND, Diagnostic, SpecError, within
from archcompiler.graph.expansion import expand
from archcompiler.language.program.program import Program
from archcompiler.language.variants.settings import apply_settings, read_settings
from archcompiler.language.variants.sweeps import (
    Point,
    alone,
    compose_network,
    compose_recipe,
    holding,
    refuse_names,
    sweep_of,
)

BATCH = 32
"""Images of the training step whose memory is told where no recipe says how many."""

MOST_KEPT = 200
"""Networks that cannot be and wait in memory until they are thrown away."""

MOST_TRIED = 200
"""Combinations that are tried with a value that cannot be alone."""


class Cost(NamedTuple):
    """What an architecture and its training take."""

    parameters: int
    macs: int
    memory: int
    """Bytes of a training step, see `graph/memory.py`."""

    depth: int


class Weighed(NamedTuple):
    """A point with its cost, or with what is wrong with it."""

    point: Point
    cost: Cost | None
    refusals: tuple[Diagnostic, ...] = ()


def weigh(
    base: Program, points: Iterable[Point], settings: Mapping[str, Any] | None = None
) -> list[Weighed]:
    """Weigh the points of a sweep and return them in their order.

    Raises:
        SpecError: with what is wrong with every point: a mistake of the spec.
    """
    points = list(points)
    refuse_work(base, len({id(point.network) for point in points}))
    weighed = weigh_each(base, points, settings)
    if shared := _shared(weighed):
        raise SpecError(check_sweep(base, settings) or shared)
    return weighed


@collection_paused()
def weigh_each(
    base: Program, points: Iterable[Point], settings: Mapping[str, Any] | None = None
) -> list[Weighed]:
    """Weigh points, each network once, whatever is wrong with them."""
    points = list(points)
    weighed: dict[int, Weighed] = {}
    by_network: dict[int, list[int]] = {}
    for at, point in enumerate(points):
        by_network.setdefault(id(point.network), []).append(at)
    refused = 0
    for places in by_network.values():
        equal = [points[at] for at in places]
        found = list(_weigh_equal(base, equal, settings or {}))
        weighed.update(zip(places, found, strict=True))
        refused += found[0].cost is None
        if refused == MOST_KEPT:  # a graph that broke off holds circles
            gc.collect()
            refused = 0
    return [weighed[at] for at in range(len(points))]


def architecture_of(
    base: Program, point: Point, settings: Mapping[str, Any] | None = None
) -> Architecture:
    """Return the architecture of a point, which has the base's recipe.

    Raises:
        SpecError: for a point that cannot be.
    """
    program = apply_settings(
        compose_network(base, point), read_settings(settings or {})
    )
    architecture = Architecture(expand(program))
    if found := audit(architecture).findings(program):
        raise SpecError(found)
    return architecture


def check_sweep(
    base: Program, settings: Mapping[str, Any] | None = None
) -> list[Diagnostic]:
    """Return what is wrong with a sweep: mistakes, and values that never can be.

    A combination that cannot be is no mistake: a sweep tells of it and goes on.
    """
    sweep = sweep_of(base)
    try:
        refuse_names(base)
    except SpecError as error:
        return list(error.diagnostics)
    points = list(alone(sweep))
    refuse_work(base, len({id(point.network) for point in points}))
    weighed = weigh_each(base, points, settings)
    if shared := _shared(weighed):
        told = {_key(found) for found in shared}
        blamed = zip(weighed[0].refusals, _blamed(base, weighed[0]), strict=True)
        return [
            within("in the sweep", at) for found, at in blamed if _key(found) in told
        ]
    found: dict[Any, Diagnostic] = {}
    for one in weighed:
        if len(found) >= MOST_FOUND:
            break
        if one.refusals and not _goes_with_others(base, one.point, settings):
            where = f"in the sweep, with `{one.point.name}`"
            for diagnostic in _blamed(base, one):
                found.setdefault(_key(diagnostic), within(where, diagnostic))
    return list(found.values())


def _blamed(base: Program, weighed: Weighed) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a point, at the value that causes it."""
    try:
        program = compose_network(base, weighed.point)
    except SpecError:
        return weighed.refusals

    def find(trial: Program) -> tuple[Diagnostic, ...]:
        try:
            architecture = Architecture(expand(trial))
        except SpecError as error:
            return error.diagnostics
        return audit(architecture).findings(trial)

    return blame(program, weighed.refusals, find)


def _goes_with_others(
    base: Program, point: Point, settings: Mapping[str, Any] | None
) -> bool:
    """Whether a value of a grid can be in one of the combinations.

    Where they are too many to try, nothing is proven against it.
    """
    sweep = sweep_of(base)
    if sweep.grid is None or len(sweep.grid.axes) == 1:
        return False  # it has been tried
    some = holding(sweep, point, MOST_TRIED)
    if some is None:
        return True
    tried = (weigh_each(base, [other], settings) for other in some)
    return any(one.cost for (one,) in tried)


def _weigh_equal(
    base: Program, points: Sequence[Point], settings: Mapping[str, Any]
) -> Iterator[Weighed]:
    """Weigh points of one network, whose recipes may differ."""
    try:
        architecture = architecture_of(base, points[0], settings)
    except SpecError as error:
        yield from (Weighed(point, None, error.diagnostics) for point in points)
        return
    for point in points:
        yield _weigh_recipe(base, architecture, point)
    architecture.graph.forget_traces()


def _weigh_recipe(base: Program, architecture: Architecture, point: Point) -> Weighed:
    try:
        training = compose_recipe(base, point)
    except SpecError as error:
        return Weighed(point, None, error.diagnostics)
    if training is not None and (found := tuple(check_recipe(architecture, training))):
        return Weighed(point, None, found)
    batch = training.batch_size if training else None
    cost = Cost(
        architecture.parameters,
        architecture.macs,
        architecture.training_bytes(batch or BATCH),
        architecture.depth,
    )
    return Weighed(point, cost)


def _shared(weighed: Sequence[Weighed]) -> list[Diagnostic]:
    """Return what is wrong with every point."""
    if not weighed or any(one.cost is not None for one in weighed):
        return []
    times = Counter(_key(found) for one in weighed for found in one.refusals)
    return [f for f in weighed[0].refusals if times[_key(f)] == len(weighed)]


def _key(found: Diagnostic) -> tuple[str, str, int | None, int | None]:
    return found.code, found.message, found.line, found.column
