"""Resolution: each step of each block, and the op or block that it calls.

This phase looks at all blocks, also at those that this configuration does not use, so
that a mistake is found where it stands and not where it is first run.
"""

from collections.abc import Iterable

from archcompiler.diagnostics import Diagnostic, Findings, SpecError, write
from archcompiler.graph.argument_checks import ArgumentChecks
from archcompiler.graph.block_checks import (
    declare_columns,
    refuse_recursion,
    refuse_references,
)
from archcompiler.graph.calls import (
    CalledBlock,
    CalledBranch,
    CalledStep,
    Target,
    all_steps,
    made_by,
)
from archcompiler.graph.declarations import blame_declarations
from archcompiler.graph.filling import fill_pattern
from archcompiler.graph.foreign_calls import as_step, called_name
from archcompiler.graph.holes import as_hole
from archcompiler.graph.names import Argument, Names
from archcompiler.graph.skipped_names import refuse_skipped_names
from archcompiler.graph.step_names import name_steps
from archcompiler.language.expressions import ExpressionError, Scope
from archcompiler.language.expressions.naming import REPETITION
from archcompiler.language.expressions.patterns import read_pattern, slug
from archcompiler.language.mistakes.synonyms import suggest_op
from archcompiler.language.program.derived import bases_of
from archcompiler.language.program.program import Program
from archcompiler.language.spec.spec import Block, Branch, Step
from archcompiler.language.text.document import Scalar
from archcompiler.ops.fields import quote
from archcompiler.ops.table import OPS, WORDS
from archcompiler.shapes import Shape


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
        self.blocks: dict[str, CalledBlock] = {}
        self.read: set[str] = set().union(*bases_of(program.parameters).values())
        """The names that some text asks for, the parameters among them."""

        self.scope = Scope(program.values, _no_shapes)
        """What is known before anything runs: the parameters."""

        self._patterns: list[CalledBlock] = []
        self._targets: dict[str, Target] = {}
        for block in program.blocks.values():
            self._declare(block)
        for called in self.blocks.values():
            declare_columns(called, program.parameters, self.found)
        names = [self._resolve_columns(called) for called in self.blocks.values()]
        for called, known in zip(self.blocks.values(), names, strict=True):
            self._resolve_body(called, known)
        refuse_recursion(self.blocks.values(), self.found)
        blame_declarations(self.found, program, self.read)
        self.found.finish()

    def target(self, text: str, cell: Scalar, owner: str = "") -> Target:
        """Return what a type calls, or a step of the block `owner`.

        Raises:
            SpecError: when nothing bears the name, or two patterns match it.
        """
        target = self._targets.get(text)
        if target is None:
            target = self._targets[text] = self._find_target(text, cell, owner)
        return target

    def _find_target(self, text: str, cell: Scalar, owner: str) -> Target:
        block = self.blocks.get(text)
        if block is not None and block.pattern.literal:
            return Target(block=block)
        if text in OPS:
            return Target(op=OPS[text], made=made_by(text))
        if text in WORDS:
            op, preset = WORDS[text]
            return Target(op=op, preset=preset, made=made_by(text))
        matches = [
            (called, holes)
            for called in self._patterns
            if (holes := called.pattern.match(text)) is not None
        ]
        if len(matches) == 1:
            return Target(block=matches[0][0], preset=matches[0][1])
        if matches:
            names = " and ".join([f"`{called.name}`" for called, _ in matches])
            code, message = "ambiguous-block", f"`{text}` matches {names}"
            help = "a block with this literal name beats both"
        else:
            code, message = "unknown-op", f"`{text}` is neither an op nor a block"
            help = self._help(text, cell, owner)
        raise SpecError([Diagnostic(code, message, cell.span, help=help)])

    def written_as_call(self, text: str, cell: Scalar) -> Target | None:
        """Return what `Conv2D(64, 3)` means to call, None where it is no such text."""
        name = called_name(text)
        known = name in self.blocks or name in OPS or name in WORDS
        return self.target(name, cell) if known else None

    def _help(self, text: str, cell: Scalar, owner: str) -> str:
        """Return what to write instead of a text that calls nothing.

        It is never the block `owner`, in which the text stands: no block calls itself.
        """
        meant = self.written_as_call(text, cell)
        if meant is not None:
            return write(as_step(text, meant))
        if text.startswith("<") and text.endswith(">"):
            given = f"`Activation: {{activation: {text}}}`"
            return f"what a step calls is fixed; an activation may vary: {given}"
        if self._is_cut_by_comma(text):
            return f'a comma ends a step: write `"{text}, ..."` with its quotes'
        called = [name for name, known in self._targets.items() if known.block]
        filled = [
            each.pattern.filled_from(text)
            for each in self._patterns
            if each.name != owner
        ]
        names = (*filter(None, filled), *self.blocks, *called)
        blocks = [name for name in names if name != owner]
        if help := suggest_op(text, blocks, (*OPS, *WORDS)):
            return help
        if "<" in text:
            return "a hole in a step fills a hole in a block's name, as `conv3-<n>`"
        return "define it under `blocks:`"

    def _is_cut_by_comma(self, text: str) -> bool:
        """Whether a text is what stands before the comma in a block's name."""
        begins = [name.partition(",")[0] for name in self.blocks if "," in name]
        whole = [begin for begin in begins if begin.count("<") == begin.count(">")]
        return any(read_pattern(begin).fill(text) is not None for begin in whole)

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
            called = self.blocks[name] = CalledBlock(block, pattern)
            if block.inputs:
                called.inputs = tuple([cell.text for cell in block.inputs])
            if not pattern.literal:
                self._patterns.append(called)

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
        called.counts = not names.read.isdisjoint(("index", "count"))
        columns = [column.name.text for column in block.columns]
        called.unread = tuple([c for c in columns if c not in names.read | {"repeat"}])
        self.read |= names.read
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
        if step.branches is not None:
            assert step.merge is not None
            branches = [self._resolve_branch(branch, names) for branch in step.branches]
            called.branches = tuple(branches)
            called.merge = self._resolve_step(step.merge, names)
            called.then = tuple([self._resolve_step(s, names) for s in step.then])
            called.give(())
        elif step.call is not None:
            self._resolve_call(called, step.call, names)
            unusual = called.when or called.source or called.repeats
            called.plain = called.target is not None and not unusual
        return called

    def _resolve_branch(self, branch: Branch, names: Names) -> CalledBranch:
        when = self.condition(branch.when, names) if branch.when is not None else None
        steps = [self._resolve_step(step, names) for step in branch.sequence]
        return CalledBranch(tuple(steps), when)

    def _resolve_call(self, called: CalledStep, call: Scalar, names: Names) -> None:
        given = called.step.arguments
        try:
            named = {*given, "repeat"} if called.repeat else given
            filled = None
            if "<" in call.text:
                filled = fill_pattern(self._patterns, call, named)
            if filled is not None:
                called.target, given = Target(block=filled[0]), {**filled[1], **given}
            else:
                called.target = self.target(call.text, call, names.owner)
        except SpecError as error:
            self.found.take(*error.diagnostics)
            return
        for name, (key, value) in given.items():
            self.arguments.refuse_unknown(called.target, name, key, call.text)
            self.arguments.refuse_list(called.target, name, value)
        of_block = called.target.block is not None
        called.give(
            [names.argument(n, value, of_block) for n, (_, value) in given.items()]
        )
        if not self.never_runs(called.when):
            self.arguments.refuse_missing(called.target, given, call)
        self.arguments.refuse_both(called)

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
        for branch in step.branches or ():
            names |= _step_names(branch.sequence)
        if step.merge is not None:
            names |= _step_names((step.merge, *step.then))
    return names


def called_blocks(calls: Calls) -> set[str]:
    """Return the names of the blocks that some step calls."""
    return {
        step.target.block.name
        for called in calls.blocks.values()
        for step in all_steps(called.body)
        if step.target is not None and step.target.block is not None
    }
