"""Resolution: each step of each block, and the op or block that it calls.

This phase looks at all blocks, also at those that this configuration does not use, so
that a mistake is found where it stands and not where it is first run.
"""

from collections.abc import Iterable

from archcompiler.diagnostics import Diagnostic, Findings, SpecError, listed
from archcompiler.graph.block_checks import (
    declare_columns,
    refuse_recursion,
    refuse_references,
)
from archcompiler.graph.calls import (
    Call,
    CalledBlock,
    CalledBranch,
    CalledStep,
    Target,
    all_steps,
    made_by,
)
from archcompiler.graph.holes import as_hole
from archcompiler.graph.names import Argument, Names
from archcompiler.graph.step_names import name_steps
from archcompiler.language.document import Scalar
from archcompiler.language.forms import Written
from archcompiler.language.naming import REPETITION
from archcompiler.language.patterns import read_pattern, slug
from archcompiler.language.program import Program, first_text
from archcompiler.language.spec import Block, Branch, Step
from archcompiler.language.synonyms import suggest_argument, suggest_op
from archcompiler.ops.fields import quote
from archcompiler.ops.table import OPS, WORDS


class Calls:
    """The blocks of a program, resolved against each other and the op table."""

    def __init__(self, program: Program) -> None:
        """Resolve every block of the program.

        Raises:
            SpecError: with every mistake found in any block.
        """
        self.program = program
        self.found = Findings()
        self.blocks: dict[str, CalledBlock] = {}
        self.read: set[str] = set()
        """The names that some text asks for, the parameters among them."""

        self._patterns: list[CalledBlock] = []
        self._targets: dict[str, Target] = {}
        for block in program.blocks.values():
            self._declare(block)
        for called in self.blocks.values():
            declare_columns(called, program.parameters, self.found)
        for called in self.blocks.values():
            self._resolve_body(called)
        refuse_recursion(self.blocks.values(), self.found)
        self.found.finish()

    def target(self, text: str, cell: Scalar) -> Target:
        """Return what a type or step calls.

        Raises:
            SpecError: when nothing bears the name, or two patterns match it.
        """
        target = self._targets.get(text)
        if target is None:
            target = self._targets[text] = self._find_target(text, cell)
        return target

    def _find_target(self, text: str, cell: Scalar) -> Target:
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
            help = suggest_op(text, [*self.blocks, *OPS, *WORDS])
            if "<" in text:
                help = "holes stand in the table's cells; a step passes arguments"
            help = help or "define it under `blocks:`"
        raise SpecError([Diagnostic(code, message, cell.span, help=help)])

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

    def _resolve_body(self, called: CalledBlock) -> None:
        block = called.block
        inputs = {"in", *called.inputs}
        names = self._names(called, inputs)
        for column in block.columns:
            if column.default is not None:
                name = column.name.text
                default = names.argument(name, column.default, of_block=True)
                called.columns[name] = default
        called.defaults = tuple([d for d in called.columns.values() if d is not None])
        names.tensors |= _step_names(block.sequence)
        called.body = tuple([self._resolve_step(s, names) for s in block.sequence])
        called.counts = not names.read.isdisjoint(("index", "count"))
        columns = [column.name.text for column in block.columns]
        called.unread = tuple([c for c in columns if c not in names.read | {"repeat"}])
        self.read |= names.read
        name_steps(called, self.found)
        refuse_references(called, self.found)

    def _names(self, called: CalledBlock, tensors: set[str]) -> Names:
        parameters = self.program.parameters
        return Names(parameters, called.columns, tensors, REPETITION, self.found)

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
        try:
            called.target = self.target(call.text, call)
        except SpecError as error:
            self.found.take(*error.diagnostics)
            return
        given = called.step.arguments
        for name, (key, value) in given.items():
            self.refuse_unknown(called.target, name, key, call.text)
            self.refuse_list(called.target, name, value)
        of_block = called.target.block is not None
        called.give(
            [names.argument(n, value, of_block) for n, (_, value) in given.items()]
        )
        self.refuse_missing(called.target, given, call)
        self.refuse_both(called)

    def condition(self, when: Scalar, names: Names) -> Argument | None:
        """Compile a `when`; report one that lacks its `<` and `>`."""
        hole = ""
        if not when.text.startswith("<"):
            hole = as_hole(when.text, {*names.values, *names.tensors})
        if not hole:
            return names.argument("when", when, of_block=True)
        message = f"`when` needs `true` or `false`, received {quote(when.text)}"
        self.found.add("bad-value", message, when.span, help=f"write `{hole}`")
        return None

    # Arguments --------------------------------------------------------------

    def refuse_unknown(
        self, target: Target, name: str, place: Scalar, call: str
    ) -> None:
        """Report an argument that a call does not take."""
        known = target.accepted
        if name in known:
            return
        message = f"`{call}` takes no `{name}`"
        help = f"it takes {listed(known, 20) or 'no arguments'}"
        help = suggest_argument(name, known) or help
        if name in target.preset:
            message, help = f"`{call}` sets `{name}` by its name already", ""
        self.found.add("unknown-argument", message, place.span, help=help)

    def refuse_list(self, target: Target, name: str, value: Written) -> None:
        """Report a list where a column takes one value."""
        if target.block is None or isinstance(value, Scalar):
            return
        message = f"the column `{name}` takes one value, received a list"
        help = "a text that starts with `[` or holds a comma wants quotes"
        span = first_text(value).span
        self.found.add("wrong-type", message, span, help=help)

    def refuse_missing(
        self, target: Target, given: Iterable[str], call: Scalar
    ) -> None:
        """Report the arguments that a call lacks."""
        given = {*given}
        if target.op is not None and "patch" in given and target.op.window_field:
            given.add(target.op.window_field)
        missing = [name for name in target.required if name not in given]
        if missing:
            names = " and ".join([f"`{name}`" for name in missing])
            message = f"`{call.text}` needs {names}"
            help = ""
            if target.op is not None and target.op.window_field in missing:
                help = "a window is written as `patch: 3x3`, with its stride `3x3/2`"
            self.found.add("missing-argument", message, call.span, help=help)

    def refuse_both(self, call: Call) -> None:
        """Report a window that is given twice, as `patch` and by the op's own name."""
        op = call.target.op if call.target else None
        if op is None or "patch" not in call.names:
            return
        for argument in call.arguments:
            if argument.name == op.window_field:
                message = f"`patch` gives the `{op.window_field}` already"
                self.found.add("unknown-argument", message, argument.cell.span)


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
