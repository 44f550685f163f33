"""Calls: every step resolved to the op or block that it calls, its expressions compiled.

This phase looks at all blocks, also at those that this configuration does not use, so that
a mistake is found where it stands and not where it is first run.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from archcompiler.diagnostics import Diagnostic, SpecError, suggest
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import (
    ATTRIBUTES,
    FUNCTIONS,
    Attribute,
    Evaluate,
    ExpressionError,
    Value,
    compile_template,
    is_operator,
    names_of,
    parse_template,
    read_value,
)
from archcompiler.language.patterns import Pattern, read_pattern, slug
from archcompiler.language.program import Program, diagnose
from archcompiler.language.spec import Block, Step
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.table import OPS, WORDS

REPETITION = ("first", "last", "index", "count")


@dataclass(slots=True)
class Argument:
    """A value that a call passes: its text, and what evaluates it."""

    name: str
    cell: Scalar
    evaluate: Any
    """A closure over a scope, or a tuple of Arguments for a list."""


@dataclass(slots=True)
class CalledBlock:
    """A block whose steps are resolved."""

    block: Block
    pattern: Pattern
    columns: dict[str, Argument | None] = field(default_factory=dict)
    """Each column with its default."""

    inputs: tuple[str, ...] = ("in",)
    body: tuple["CalledStep", ...] = ()
    counts: bool = False
    """Whether the block reads `index` or `count`, which number the table's calls."""

    @property
    def name(self) -> str:
        """The block's name as it stands in the spec."""
        return self.pattern.text


@dataclass(slots=True)
class Target:
    """What a call calls: an op with the fields that its word sets, or a block with its holes."""

    op: type[AbstractOp] | None = None
    preset: Mapping[str, Any] = field(default_factory=dict)
    block: CalledBlock | None = None

    @property
    def accepted(self) -> Iterable[str]:
        """The arguments that a call may pass, in order."""
        if self.block is not None:
            return [name for name in self.block.columns if name not in self.preset]
        assert self.op is not None
        patch = ["patch"] if self.op.window_field else []
        fields = [name for name in self.op.model_fields if name not in ("op", *self.preset)]
        return [*patch, *fields]


@dataclass(slots=True)
class CalledStep:
    """A step: a call, a fork, or a lone `from`; `suffix` is its part of a layer's name."""

    step: Step
    target: Target | None = None
    arguments: tuple[Argument, ...] = ()
    when: Argument | None = None
    repeat: Argument | None = None
    branches: tuple[tuple["CalledStep", ...], ...] | None = None
    merge: "CalledStep | None" = None
    then: tuple["CalledStep", ...] = ()
    suffix: str = ""

    @property
    def name(self) -> str | None:
        """The name by which other steps refer to this one."""
        return self.step.name.text if self.step.name else None

    @property
    def nested(self) -> tuple["CalledStep", ...]:
        """The steps within a fork, its merge included."""
        inner = tuple(step for branch in self.branches or () for step in branch)
        return (*inner, *((self.merge,) if self.merge else ()), *self.then)


class Calls:
    """Resolves calls against a program's blocks and the op table."""

    def __init__(self, program: Program) -> None:
        """Resolve every block of the program.

        Raises:
            SpecError: with every mistake found in any block.
        """
        self.program = program
        self.found: list[Diagnostic] = []
        self.blocks: dict[str, CalledBlock] = {}
        self._patterns: list[CalledBlock] = []
        self._targets: dict[str, Target] = {}
        self.read: set[str] = set()
        """The parameters that some expression reads."""
        for block in program.blocks.values():
            self._declare(block)
        for called in self.blocks.values():
            self._declare_columns(called)
        for called in self.blocks.values():
            self._resolve_body(called)
        self._refuse_recursion()
        if self.found:
            raise SpecError(self.found)

    # Targets ----------------------------------------------------------------

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
        if text in self.blocks and self.blocks[text].pattern.literal:
            return Target(block=self.blocks[text])
        if text in OPS:
            return Target(op=OPS[text])
        if text in WORDS:
            op, preset = WORDS[text]
            return Target(op=op, preset=preset)
        matches = [(b, holes) for b in self._patterns if (holes := b.pattern.match(text)) is not None]
        if len(matches) > 1:
            names = " and ".join(f"`{called.name}`" for called, _ in matches)
            raise _error("ambiguous-block", f"`{text}` matches {names}", cell)
        if matches:
            return Target(block=matches[0][0], preset=matches[0][1])
        help = suggest(text, [*self.blocks, *OPS, *WORDS]) or "define it under `blocks:`"
        raise _error("unknown-op", f"`{text}` is neither an op nor a block", cell, help)

    # Declarations -----------------------------------------------------------

    def _declare(self, block: Block) -> None:
        name = block.name.text
        try:
            pattern = read_pattern(name)
        except ValueError as error:
            self._report("bad-pattern", str(error), block.name)
            return
        if name in OPS or name in WORDS:
            message = f"`{name}` is an op; a block needs a name of its own"
            self._report("bad-name", message, block.name)
            return
        if not slug(pattern.words):
            self._report("bad-name", f"the block `{name}` has no letter or digit", block.name)
            return
        called = CalledBlock(block, pattern)
        if block.inputs:
            called.inputs = tuple(cell.text for cell in block.inputs)
        self.blocks[name] = called
        if not pattern.literal:
            self._patterns.append(called)

    def _resolve_body(self, called: CalledBlock) -> None:
        block = called.block
        steps = _body_steps(block)
        tensors = {"in", *called.inputs, *_step_names(steps)}
        scope = _Names(self, called, tensors)
        for column in block.columns:
            if column.default is not None:
                called.columns[column.name.text] = scope.argument(column.name.text, column.default)
        called.body = tuple(self._resolve_step(step, scope) for step in steps)
        self._name_steps(called)
        self._check_references(called)

    def _declare_columns(self, called: CalledBlock) -> None:
        for name, cell in (
            *((hole, called.block.name) for hole in called.pattern.holes),
            *((column.name.text, column.name) for column in called.block.columns),
        ):
            if name in called.columns:
                self._report("duplicate-name", f"the column `{name}` is declared twice", cell)
            elif name in self.program.parameters:
                message = f"the column `{name}` shadows the parameter of that name"
                self._report("bad-name", message, cell, "give one of them another name")
            elif problem := _bad_name(name):
                self._report("bad-name", f"`{name}` {problem}", cell)
            called.columns[name] = None
        for cell in called.block.inputs:
            if problem := _bad_name(cell.text):
                self._report("bad-name", f"`{cell.text}` {problem}", cell)
        texts = [cell.text for cell in called.block.inputs]
        for cell in called.block.inputs:
            if texts.count(cell.text) > 1:
                self._report("duplicate-name", f"the input `{cell.text}` is declared twice", cell)
                break

    # Steps ------------------------------------------------------------------

    def _resolve_step(self, step: Step, scope: "_Names") -> CalledStep:
        called = CalledStep(step)
        if step.when is not None:
            called.when = scope.argument("when", step.when)
        if step.repeat is not None:
            called.repeat = scope.argument("repeat", step.repeat)
        if step.name is not None and not slug(step.name.text):
            self._report("bad-name", f"the name `{step.name.text}` has no letter or digit", step.name)
        if step.branches is not None:
            called.branches = tuple(
                tuple(self._resolve_step(inner, scope) for inner in branch)
                for branch in step.branches
            )
            assert step.merge is not None
            called.merge = self._resolve_step(step.merge, scope)
            called.then = tuple(self._resolve_step(inner, scope) for inner in step.then)
        elif step.call is not None:
            self._resolve_call(called, scope)
        return called

    def _resolve_call(self, called: CalledStep, scope: "_Names") -> None:
        step = called.step
        try:
            called.target = self.target(step.call.text, step.call)
        except SpecError as error:
            self.found += error.diagnostics
            return
        arguments = []
        for name, (key, value) in step.arguments.items():
            self.refuse_unknown(called.target, name, key, step.call.text)
            arguments.append(scope.argument(name, value))
        called.arguments = tuple(arguments)
        self.refuse_missing(called.target, step.arguments, step.call)

    def refuse_unknown(self, target: Target, name: str, cell: Scalar, call: str) -> None:
        """Report an argument that a call does not take."""
        if name in target.accepted:
            return
        if name in target.preset:
            message = f"`{call}` sets `{name}` by its name already"
            self._report("unknown-argument", message, cell)
            return
        known = list(target.accepted)
        help = suggest(name, known) or (
            f"it takes {', '.join(known)}" if known else "it takes no arguments"
        )
        self._report("unknown-argument", f"`{call}` takes no `{name}`", cell, help)

    def refuse_missing(self, target: Target, given: Iterable[str], cell: Scalar) -> None:
        """Report the arguments that a call lacks."""
        given = {*given, *target.preset}
        if target.block is not None:
            columns = target.block.columns.items()
            given.add("repeat")  # a call that does not repeat runs once
            missing = [name for name, default in columns if default is None and name not in given]
        else:
            op = target.op
            assert op is not None
            if "patch" in given and op.window_field:
                given.add(op.window_field)
            fields = op.model_fields.items()
            missing = [name for name, field in fields if field.is_required() and name not in given]
        if missing:
            names = " and ".join(f"`{name}`" for name in missing)
            self._report("missing-argument", f"`{cell.text}` needs {names}", cell)

    # Names ------------------------------------------------------------------

    def _name_steps(self, called: CalledBlock) -> None:
        """Give each step its part of the layer's name, numbered within its block."""
        steps = list(_all_steps(called.body))
        calls = [step for step in steps if step.step.call is not None]
        words = {id(step): _word(step) for step in calls if step.name is None}
        repeated = {word for word, times in Counter(words.values()).items() if times > 1}
        numbers: Counter[str] = Counter()
        alone = len(calls) == 1 and calls[0].name is None
        for step in steps:
            word = words.get(id(step))
            if step.name is not None:
                step.suffix = f"_{slug(step.name)}"
            elif word is not None and not alone:
                numbers[word] += 1
                step.suffix = f"_{word}_{numbers[word]}" if word in repeated else f"_{word}"
        self._refuse_same_names(steps)

    def _refuse_same_names(self, steps: Iterable[CalledStep]) -> None:
        seen: dict[str, Scalar] = {}
        for step in steps:
            if not step.suffix:
                continue
            cell = step.step.name or step.step.call
            if step.suffix in seen:
                first = seen[step.suffix]
                message = f"two steps of a block are called `{step.suffix[1:]}`"
                help = f"the other stands on line {first.line + 1}"
                self._report("duplicate-name", message, cell, help)
            seen[step.suffix] = cell

    def _check_references(self, called: CalledBlock) -> None:
        known = {"in", *called.inputs}

        def visit(steps: Iterable[CalledStep]) -> None:
            for step in steps:
                for cell in step.step.source or ():
                    if cell.text not in known and not is_relative(cell.text):
                        self._refuse_reference(cell, known, called)
                for branch in step.branches or ():
                    visit(branch)
                if step.merge:
                    visit((step.merge, *step.then))
                if step.name:
                    known.add(step.name)

        visit(called.body)

    def _refuse_reference(self, cell: Scalar, known: set[str], called: CalledBlock) -> None:
        names = _step_names(_body_steps(called.block))
        if "<" in cell.text:
            message, help = "`from` names a value, without holes", ""
        elif cell.text in names:
            message, help = f"`{cell.text}` comes later in the block", ""
        else:
            message = f"`{cell.text}` is no input and no earlier step of this block"
            help = suggest(cell.text, known) or f"earlier values are {', '.join(sorted(known))}"
        self._report("bad-reference", message, cell, help)

    def _refuse_recursion(self) -> None:
        done: set[str] = set()

        def visit(called: CalledBlock, path: tuple[str, ...]) -> None:
            for step in _all_steps(called.body):
                inner = step.target.block if step.target else None
                if inner is None:
                    continue
                if inner.name in path:
                    circle = " -> ".join([*path[path.index(inner.name) :], inner.name])
                    message = f"the block calls itself: {circle}"
                    self._report("recursive-block", message, step.step.call)
                    return
                if inner.name not in done:
                    visit(inner, (*path, inner.name))
            done.add(called.name)

        for called in self.blocks.values():
            if called.name not in done:
                visit(called, (called.name,))
            if any(found.code == "recursive-block" for found in self.found):
                return

    def _report(self, code: str, message: str, cell: Scalar, help: str = "") -> None:
        self.found.append(Diagnostic(code, message, cell.span, help=help))


class _Names:
    """The names that the text of one block may use."""

    def __init__(self, calls: Calls, called: CalledBlock | None, tensors: set[str]) -> None:
        self.calls = calls
        self.called = called
        self.tensors = tensors
        columns = called.columns if called else {}
        self.values = {*calls.program.parameters, *columns, *REPETITION}

    def argument(self, name: str, value: Any) -> Argument:
        """Compile a value, reporting names that mean nothing here."""
        if isinstance(value, tuple):
            inner = tuple(self.argument(name, item) for item in value)
            cell = inner[0].cell if inner else None
            return Argument(name, cell, inner)  # type: ignore[arg-type]
        return Argument(name, value, self.compile(value))

    def compile(self, cell: Scalar) -> Evaluate:
        """Compile one text."""
        text = cell.text
        if "<" not in text:
            return compile_template(text)
        try:
            template = parse_template(text)
        except ExpressionError as error:
            self.calls.found.append(diagnose(error, cell))
            return lambda scope: ""
        for expression in template.expressions:
            for name in names_of(expression):
                self._check(name, cell)
        return compile_template(text)

    def _check(self, name: Any, cell: Scalar) -> None:
        word = name.name
        if word in self.calls.program.parameters:
            self.calls.read.add(word)
        if word in ("index", "count") and self.called is not None:
            self.called.counts = True
        known = self.values | self.tensors if isinstance(name, Attribute) else self.values
        if word in known:
            return
        help = suggest(word, known)
        shown = f"{word}.{name.attribute}" if isinstance(name, Attribute) else word
        message = f"`{shown}` is no parameter, column or value here"
        if any(sign in word for sign in "+-*/%=<>"):
            help = "binary operators take a space on both sides"
        elif word in self.tensors:
            message = f"`{word}` is a tensor, not a number"
            help = f"write `{word}.channels`, `.height`, `.width` or `.rank`"
        error = ExpressionError(message, name.start, name.end, help, "bad-expression")
        self.calls.found.append(diagnose(error, cell))


def row_names(calls: Calls, tensors: set[str]) -> _Names:
    """Return the names that the cells of a row may use."""
    return _Names(calls, None, {"in", *tensors})


def is_relative(text: str) -> bool:
    """Whether a reference counts back: `-1`, `-2`."""
    return text.startswith("-") and text[1:].isdigit() and len(text) < 6 and text != "-0"


def column_value(value: Value) -> Value:
    """Read what a column receives: text is read again, an expression keeps its type."""
    return read_value(value) if value.__class__ is str else value  # type: ignore[arg-type]


def _body_steps(block: Block) -> tuple[Step, ...]:
    """Return a block's body as steps: a fork at its top is a fork like any other."""
    if block.branches is None:
        return block.sequence
    fork = Step(at=block.at, branches=block.branches, merge=block.merge, then=block.then)
    return (fork,)


def _step_names(steps: Iterable[Step]) -> set[str]:
    names: set[str] = set()
    for step in steps:
        if step.name:
            names.add(step.name.text)
        for branch in step.branches or ():
            names |= _step_names(branch)
        if step.merge:
            names |= _step_names((step.merge, *step.then))
    return names


def _all_steps(steps: Iterable[CalledStep]) -> Iterable[CalledStep]:
    for step in steps:
        yield step
        yield from _all_steps(step.nested)


def _word(step: CalledStep) -> str:
    """Return the word by which a nameless call is named: of `Conv2D`, `conv2d`."""
    text = step.step.call.text
    block = step.target.block if step.target else None
    return slug(block.pattern.words if block else snake_case(text))


def snake_case(name: str) -> str:
    """Return `MaxPooling2D` as `max_pooling2d`, as Keras names its layers."""
    spaced = "".join(
        f"_{c}" if c.isupper() and at and (name[at - 1].islower()) else c
        for at, c in enumerate(name)
    )
    return spaced.lower()


def _bad_name(name: str) -> str:
    if read_value(name) != name:
        return "reads as a number, so it cannot be a name"
    if name in ("in", "when", *REPETITION):
        return "is a word of the language"
    if any(sign in name for sign in "()<>;'"):
        return "cannot hold any of ( ) < > ; '"
    if name in FUNCTIONS or any(is_operator(word) for word in name.split()):
        return "is a word of expressions"
    if name.rpartition(".")[2] in ATTRIBUTES and "." in name:
        return "reads as the attribute of a tensor"
    return ""


def _error(code: str, message: str, cell: Scalar, help: str = "") -> SpecError:
    return SpecError([Diagnostic(code, message, cell.span, help=help)])
