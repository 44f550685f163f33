"""Calls: what a step of a block or a row of the table calls, and with what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import Any, ClassVar

from archcompiler.graph.names import Argument
from archcompiler.language.expressions.naming import REPETITION, is_relative, snake_case
from archcompiler.language.expressions.patterns import Pattern
from archcompiler.language.spec.spec import Block, Step
from archcompiler.language.text.document import Scalar
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.table import OPS, WORDS

__all__ = [
    "REPETITION",
    "Argument",
    "BlockTarget",
    "Call",
    "CalledBlock",
    "CalledBranch",
    "CalledFork",
    "CalledStep",
    "OpTarget",
    "Target",
    "all_steps",
    "is_relative",
    "snake_case",
]


@dataclass(slots=True)
class CalledBlock:
    """A block whose steps are resolved."""

    block: Block
    pattern: Pattern
    columns: dict[str, Argument | None] = field(default_factory=dict)
    """Each column with its default."""

    inputs: tuple[str, ...] = ("in",)
    body: tuple["CalledStep", ...] = ()
    steps: tuple["CalledStep", ...] = ()
    """Those of the body and all that is nested in them, in the order of the file."""

    counts: bool = False
    """Whether the block reads `index` or `count`, which number the table's calls."""

    asked: frozenset[str] = frozenset()
    """The steps of which some step takes a repetition that is not the last."""

    defaults: tuple[Argument, ...] = ()
    """The columns that have one, in order."""

    unread: tuple[str, ...] = ()
    """The columns that no text of the block reads."""

    size: int | None = None
    """How many ops a call makes at the least, once that was asked."""

    @property
    def name(self) -> str:
        """The block's name as it stands in the spec."""
        return self.pattern.text

    @property
    def repeats(self) -> bool:
        """Whether a column says how often a call of the block runs."""
        return "repeat" in self.columns


@dataclass
class OpTarget:
    """An op that is called, with the fields that its word sets."""

    op: type[AbstractOp]
    preset: Mapping[str, Any]
    made: dict[Any, AbstractOp]
    """The ops that calls made so far, in any table, by the values that they gave."""

    @property
    def window_field(self) -> str:
        """The argument for which `patch` stands, if it stands for any."""
        return self.op.window_field

    @cached_property
    def accepted(self) -> Mapping[str, None]:
        """The arguments that a call may pass, in order."""
        patch = ("patch",) if self.window_field else ()
        names = [*patch, *self.op.model_fields]
        return dict.fromkeys([n for n in names if n != "op" and n not in self.preset])

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The arguments that a call cannot leave out; `patch` stands for a window."""
        names = required_fields(self.op)
        return tuple([name for name in names if name not in self.preset])


@dataclass
class BlockTarget:
    """A block that is called, with the holes that its name fills."""

    block: CalledBlock
    preset: Mapping[str, Any] = field(default_factory=dict)
    window_field: ClassVar[str] = ""

    @cached_property
    def accepted(self) -> Mapping[str, None]:
        """The columns that a call may fill, in order."""
        columns = self.block.columns
        return dict.fromkeys([name for name in columns if name not in self.preset])

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns that a call cannot leave out."""
        columns = self.block.columns
        # A call that does not repeat runs once.
        return tuple([n for n in self.accepted if n != "repeat" and columns[n] is None])


Target = OpTarget | BlockTarget


@lru_cache(maxsize=4096)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return one tuple for all calls that pass the same arguments."""
    return names


@cache
def required_fields(op: type[AbstractOp]) -> list[str]:
    """Return the fields that a call of an op cannot leave out."""
    return [name for name, field in op.model_fields.items() if field.is_required()]


@cache
def made_by(word: str) -> dict[Any, AbstractOp]:
    """Return the ops that calls of an op's name made so far.

    Ops are frozen, so all tables share equal ones, and with them what follows from
    shapes: hundreds of variants differ in a few rows.
    """
    assert word in OPS or word in WORDS
    return {}


@dataclass(slots=True, kw_only=True)
class Call:
    """What a step of a block and a row of the table have in common."""

    target: Target | None = None
    arguments: tuple[Argument, ...] = ()
    names: tuple[str, ...] = ()
    """The names of the arguments."""

    when: Argument | None = None
    repeat: Argument | None = None
    repeats: bool = False
    """Whether the call says how often it runs, by itself or by a column."""

    def give(self, arguments: Iterable[Argument]) -> None:
        """Set the arguments, once target and repetition are known."""
        self.arguments = tuple(arguments)
        block = self.block
        self.repeats = self.repeat is not None or (block is not None and block.repeats)
        self.names = _shared(tuple([each.name for each in self.arguments]))

    @property
    def block(self) -> CalledBlock | None:
        """The block that is called; None for an op."""
        return self.target.block if isinstance(self.target, BlockTarget) else None

    @property
    def place(self) -> Scalar:
        """Where the call stands."""
        raise NotImplementedError


@dataclass(slots=True)
class CalledStep(Call):
    """A step: a call, a fork, or a lone `from`; `suffix` is its part of a name."""

    step: Step
    name: str | None = None
    """The name by which other steps refer to this one."""

    source: tuple[Scalar, ...] | None = None
    """What `from` names."""

    fork: "CalledFork | None" = None
    suffix: str = ""
    plain: Target | None = None
    """What it calls where it only does so, once and always, on the value before it."""

    @property
    def branches(self) -> tuple["CalledBranch", ...]:
        """Those of a fork; a call has none."""
        return self.fork.branches if self.fork is not None else ()

    @property
    def nested(self) -> tuple["CalledStep", ...]:
        """The steps within a fork, its merge included."""
        inner = [step for branch in self.branches for step in branch.steps]
        return (*inner, *(self.fork.joined if self.fork is not None else ()))

    @property
    def place(self) -> Scalar:
        """The word that is called, or where a fork begins."""
        place: Scalar = self.step.call or self.step.at
        return place


@dataclass(frozen=True, slots=True)
class CalledBranch:
    """A branch of a fork; without steps it gives what arrives."""

    steps: tuple[CalledStep, ...]
    when: Argument | None = None
    """Whether it is there; None for always."""


@dataclass(frozen=True, slots=True)
class CalledFork:
    """Branches from one value, the call that joins their ends, and what follows it."""

    branches: tuple[CalledBranch, ...]
    merge: CalledStep
    then: tuple[CalledStep, ...]

    @property
    def joined(self) -> tuple[CalledStep, ...]:
        """The merge and what follows it."""
        return (self.merge, *self.then)


def all_steps(steps: Iterable[CalledStep]) -> Iterator[CalledStep]:
    """Return steps and all that is nested in them, in the order of the file."""
    for step in steps:
        yield step
        yield from all_steps(step.nested)
