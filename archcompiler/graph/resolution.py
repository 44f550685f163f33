"""Resolution: each step of each block, and the op or block that it calls.

This phase looks at all blocks, also at those that this configuration does not use, so
that a mistake is found where it stands and not where it is first run.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from archcompiler.diagnostics import Findings, SpecError, write
from archcompiler.graph.argument_checks import ArgumentChecks
from archcompiler.graph.block_checks import (
    declare_columns,
    refuse_recursion,
    refuse_references,
)
from archcompiler.graph.calls import (
    BlockTarget,
    CalledBlock,
    CalledBranch,
    CalledFork,
    CalledStep,
    Target,
    all_steps,
)
from archcompiler.graph.declarations import blame_declarations
from archcompiler.graph.filling import fill_pattern
from archcompiler.graph.holes import as_hole
from archcompiler.graph.names import Argument, Names
from archcompiler.graph.skipped_names import refuse_skipped_names
from archcompiler.graph.step_names import name_steps
from archcompiler.graph.targets import Targets
from archcompiler.language.expressions import ExpressionError, Scope
from archcompiler.language.expressions.naming import REPETITION
from archcompiler.language.expressions.patterns import read_pattern, slug
from archcompiler.language.program.derived import bases_of
from archcompiler.language.program.program import Program
from archcompiler.language.spec.spec import Block, Branch, Step
from archcompiler.language.text.document import Scalar
from archcompiler.ops.fields import quote
from archcompiler.ops.table import OPS, WORDS
from archcompiler.shapes import Shape

MOST_KEPT = 16  # resolutions


class Resolved(NamedTuple):
    """What the blocks of a program call; the values of parameters decide little."""

    targets: Targets
    read: frozenset[str]
    """The names for which the blocks' texts ask."""

    idle: tuple[tuple[CalledStep, Target], ...]
    """The steps that the values of the parameters kept from running."""


_resolved: dict[object, Resolved] = {}
"""By blocks and names of parameters, which variants often share. Nothing is wrong."""


class Calls:
    """The blocks of a program, resolved against each other and the op table."""

    def __init__(self, program: Program) -> None:
        """Resolve every block of the program.

        Raises:
            SpecError: with every mistake found in any block.
        """
        self.program = program
        self.found = Findings()
        self.arguments = ArgumentChecks(self.found)
        self.read: set[str] = set().union(*bases_of(program.parameters).values())
        """The names that some text asks for, the parameters among them."""

        self.scope = Scope(program.values, _no_shapes)
        """What is known before anything runs: the parameters."""

        self._idle: list[tuple[CalledStep, Target]] = []
        # The resolved blocks are kept, so that no id is another one's.
        ids = [id(block) for block in program.blocks.values()]
        key = (*ids, *program.parameters)
        if (resolved := _resolved.get(key)) is not None:
            self._take(resolved)
            return
        self.targets = Targets()
        names = self._resolve()
        if len(_resolved) >= MOST_KEPT:
            _resolved.clear()
        _resolved[key] = Resolved(self.targets.copy(), names, tuple(self._idle))

    @property
    def blocks(self) -> Mapping[str, CalledBlock]:
        """The blocks by their names."""
        return self.targets.blocks

    def _take(self, resolved: Resolved) -> None:
        """Enter blocks that were resolved for other values of the parameters."""
        self.targets = resolved.targets.copy()
        self.read |= resolved.read
        for step, target in resolved.idle:
            self._refuse_missing(step, target)
        self.found.finish()

    def _resolve(self) -> frozenset[str]:
        """Resolve every block; return the names for which their texts ask."""
        for block in self.program.blocks.values():
            self._declare(block)
        blocks = self.blocks.values()
        for called in blocks:
            declare_columns(called, self.program.parameters, self.found)
        names = [self._resolve_columns(called) for called in blocks]
        for called, known in zip(blocks, names, strict=True):
            self._resolve_body(called, known)
        read = frozenset([name for known in names for name in known.read])
        self.read |= read
        refuse_recursion(blocks, self.found)
        blame_declarations(self.found, self.program, self.read)
        self.found.finish()
        return read

    # Blocks -----------------------------------------------------------------

    def _declare(self, block: Block) -> None:
        name, span = block.name.text, block.name.span
        try:
            pattern = read_pattern(name)
        except ValueError as error:
            self.found.add("bad-pattern", str(error), span)
            return
        if name in OPS or name in WORDS:
            message = f"`{name}` is an op; a block needs a name of its own"
            self.found.add("bad-name", message, span)
        elif not slug(pattern.words):
            message = f"the block `{name}` has no letter or digit outside its holes"
            self.found.add("bad-name", message, span)
        else:
            called = CalledBlock(block, pattern)
            if block.inputs:
                called.inputs = tuple([cell.text for cell in block.inputs])
            self.targets.declare(called)

    def _resolve_columns(self, called: CalledBlock) -> Names:
        """Compile the defaults, which callers of the block need before any body."""
        names = self._names(called, {"in", *called.inputs})
        for column in called.block.columns:
            if column.default is not None:
                name = column.name.text
                default = names.argument(name, column.default, of_block=True)
                called.columns[name] = default
        called.defaults = tuple([d for d in called.columns.values() if d is not None])
        return names

    def _resolve_body(self, called: CalledBlock, names: Names) -> None:
        block = called.block
        names.tensors |= _step_names(block.sequence)
        called.body = tuple([self._resolve_step(s, names) for s in block.sequence])
        called.steps = tuple(all_steps(called.body))
        called.counts = not names.read.isdisjoint(("index", "count"))
        columns = [column.name.text for column in block.columns]
        called.unread = tuple([c for c in columns if c not in names.read | {"repeat"}])
        name_steps(called, self.found)
        refuse_references(called, self.found)
        refuse_skipped_names(called, names.read, self.found)

    def _names(self, called: CalledBlock, tensors: set[str]) -> Names:
        parameters, found = self.program.parameters, self.found
        return Names(
            parameters, called.columns, tensors, REPETITION, found, called.name
        )

    # Steps ------------------------------------------------------------------

    def _resolve_step(self, step: Step, names: Names) -> CalledStep:
        called = CalledStep(step=step, source=step.source)
        if step.name is not None:
            called.name = step.name.text
        if step.when is not None:
            called.when = self.condition(step.when, names)
        if step.repeat is not None:
            called.repeat = names.argument("repeat", step.repeat)
        if step.merge is not None:
            branches = [self._resolve_branch(branch, names) for branch in step.branches]
            merge = self._resolve_step(step.merge, names)
            then = [self._resolve_step(s, names) for s in step.then]
            called.fork = CalledFork(tuple(branches), merge, tuple(then))
            called.give(())
        elif step.call is not None:
            self._resolve_call(called, step.call, names)
            if not (called.when or called.source or called.repeats):
                called.plain = called.target
        return called

    def _resolve_branch(self, branch: Branch, names: Names) -> CalledBranch:
        when = self.condition(branch.when, names) if branch.when is not None else None
        steps = [self._resolve_step(step, names) for step in branch.sequence]
        return CalledBranch(tuple(steps), when)

    def _resolve_call(self, called: CalledStep, call: Scalar, names: Names) -> None:
        target: Target
        given = called.step.arguments
        try:
            named = {*given, "repeat"} if called.repeat else given
            filled = None
            if "<" in call.text:
                filled = fill_pattern(self.targets.patterns, call, named)
            if filled is not None:
                target, given = BlockTarget(filled[0]), {**filled[1], **given}
            else:
                target = self.targets.find(call.text, call, names.owner)
        except SpecError as error:
            self.found.take(*error.diagnostics)
            return
        called.target = target
        for name, (key, value) in given.items():
            self.arguments.refuse_unknown(target, name, key, call.text)
            self.arguments.refuse_list(target, name, value)
        of_block = isinstance(target, BlockTarget)
        called.give(
            [names.argument(n, value, of_block) for n, (_, value) in given.items()]
        )
        self._refuse_missing(called, target)
        self.arguments.refuse_both(called, target.window_field)

    def _refuse_missing(self, step: CalledStep, target: Target) -> None:
        if self.never_runs(step.when):
            self._idle.append((step, target))
            return
        given = [argument.name for argument in step.arguments]
        self.arguments.refuse_missing(target, given, step.place)

    def never_runs(self, when: Argument | None) -> bool:
        """Whether parameters alone tell that a `when` does not hold."""
        try:
            return when is not None and when.compute(self.scope) is False
        except ExpressionError:
            return False

    def condition(self, when: Scalar, names: Names) -> Argument | None:
        """Compile a `when`; report one that lacks its `<` and `>`."""
        hole = ""
        if not when.text.startswith("<"):
            hole = as_hole(when.text, {*names.values, *names.tensors})
        if not hole:
            return names.argument("when", when, of_block=True)
        message = f"`when` needs `true` or `false`, received {quote(when.text)}"
        self.found.add("bad-value", message, when.span, help=write(hole))
        return None


def _no_shapes(_: str) -> Shape | None:
    return None


def _step_names(steps: Iterable[Step]) -> set[str]:
    names: set[str] = set()
    for step in steps:
        if step.name is not None:
            names.add(step.name.text)
        for branch in step.branches:
            names |= _step_names(branch.sequence)
        if step.merge is not None:
            names |= _step_names((step.merge, *step.then))
    return names


def called_blocks(calls: Calls) -> set[str]:
    """Return the names of the blocks that some step calls."""
    return {
        step.block.name
        for called in calls.blocks.values()
        for step in called.steps
        if step.block is not None
    }
