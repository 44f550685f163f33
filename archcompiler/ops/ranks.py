"""Ops of sequences and of volumes: those of images, along one axis or three.

No table names them, so they stand in no list: foreign models have them.
"""

from functools import cache, reduce
from typing import Annotated, Any, Literal, TypeVar, cast, get_args, get_origin

from pydantic import create_model
from pydantic.fields import FieldInfo

from archcompiler.ops.base import AbstractOp, Argument, Called
from archcompiler.shapes import Lengths, Pair

Op = TypeVar("Op", bound=AbstractOp)

RANKS = (1, 3)
"""Of a sequence and of a volume."""


def ranked(name: str, table: dict[str, type[AbstractOp]]) -> type[AbstractOp] | None:
    """Return the op of a name like `Conv1D`, by that of images; None without one."""
    rank = next((each for each in RANKS if f"{each}D" in name), None)
    op = None if rank is None else table.get(name.replace(f"{rank}D", "2D"))
    return op and of_rank(op, rank or 2)


def of_rank(op: type[Op], rank: int) -> type[Op]:
    """Return an op of images, or the same of sequences or volumes."""
    return op if rank == op.rank else cast(type[Op], _made(op, rank))


@cache
def _made(op: type[AbstractOp], rank: int) -> type[AbstractOp]:
    name = op.__name__.replace("2D", f"{rank}D")
    fields = {
        key: _field(info, rank)
        for key, info in op.model_fields.items()
        if _is_of_axes(info.annotation)
    }
    for key, (kind, default) in op.of_ranks.get(rank, {}).items():
        fields[key] = (fields[key][0] if kind is ... else kind, default)
    own: Any = {"op": (Literal[name], name), **fields}
    made: type[AbstractOp] = create_model(name, __base__=op, **own)
    made.rank = rank
    return made


def _is_of_axes(annotation: Any) -> bool:
    """Whether a field has something for each axis of an image."""
    if get_origin(annotation) is tuple:
        return len(get_args(annotation)) == 2 and ... not in get_args(annotation)
    return any(map(_is_of_axes, get_args(annotation)))


def _field(info: FieldInfo, rank: int) -> tuple[Any, Any]:
    """Return the type and the default of a field for another number of axes."""
    given = info.default
    is_sides = isinstance(given, tuple) and isinstance(given[0], tuple)
    of_axes: Any = tuple[Pair, ...] if is_sides else Lengths
    if given is None:
        of_axes = of_axes | None
    marks: list[Any] = [mark for mark in info.metadata if isinstance(mark, Called)]
    if rank == 1:
        marks.append(Argument(_alone, of=tuple, revert=_sided if is_sides else _long))
    default = given[:1] * rank if isinstance(given, tuple) else given
    marked: Any = reduce(lambda kind, mark: Annotated[kind, mark], marks, of_axes)
    return marked, ... if info.is_required() else default


def _alone(value: tuple[Any, ...]) -> Any:
    """Return what stands for the only axis, as Keras takes it."""
    return value[0]


def _long(value: Any) -> Any:
    return (value,) if isinstance(value, int) else value


def _sided(value: Any) -> Any:
    return (value,) if isinstance(value[0], int) else value
