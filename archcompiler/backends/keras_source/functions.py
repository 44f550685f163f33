"""Functions: the body of a block, or of the table, as statements."""

import string
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from archcompiler.backends.keras_source.calls import (
    Name,
    block_call,
    layer_call,
    print_expression_of,
)
from archcompiler.backends.keras_source.code import (
    Assign,
    Chain,
    For,
    If,
    Piece,
    Return,
    Statement,
    lay_out_definition,
    lay_out_statements,
    literal,
)
from archcompiler.backends.keras_source.facets import Unprintable
from archcompiler.backends.keras_source.identifiers import identifier
from archcompiler.backends.keras_source.signatures import (
    BlockNames,
    Signature,
    Signatures,
    repeating,
)
from archcompiler.backends.keras_source.sites import Site, walk
from archcompiler.backends.keras_source.symbols import ADD, Code, Known, Symbol, text_of
from archcompiler.graph.calls import Argument, CalledStep, is_relative
from archcompiler.graph.expansion import Frame
from archcompiler.language.expressions import Attribute, Scope, names_of, parse_template
from archcompiler.language.patterns import slug
from archcompiler.ops.fields import read_int

WriteOne = Callable[[str, bool, str], None]
_UNSURE = "?"  # a value that one of two steps made; `from: -2` cannot mean it in source
_LOOPS = tuple(string.ascii_lowercase[8:] + string.ascii_lowercase[:8])


class Writer:
    """Statements being written, and the loops around them."""

    def __init__(self, taken: set[str]) -> None:
        self.statements: list[Statement] = []
        self.taken = taken
        self.loops: list[str] = []

    @contextmanager
    def loop(self, stop: str) -> Iterator[str]:
        """Write into the body of a loop, and give its variable."""
        free = (
            name for name in _LOOPS if name not in self.taken and name not in self.loops
        )
        variable = next(free)
        self.loops.append(variable)
        with self.within(For(variable, stop, [])):
            yield variable
        self.loops.pop()

    def assign(self, target: str, value: Piece) -> None:
        """Write `target = value`, unless it says `x = x`."""
        if target != value:
            self.statements.append(Assign(target, value))

    @contextmanager
    def within(self, statement: If | For) -> Iterator[None]:
        """Write into the body of a statement."""
        outer, self.statements = self.statements, statement.body
        yield
        self.statements = outer
        outer.append(statement)

    def finish(self, value: str) -> None:
        """Return the value, directly where it was just assigned."""
        last = self.statements[-1] if self.statements else None
        if isinstance(last, Assign) and last.target == value:
            self.statements[-1] = Return(last.value)
        else:
            self.statements.append(Return(value))


def write_loop(
    writer: Writer, count: Symbol, target: str, current: str, write: WriteOne
) -> str:
    """Write a call that repeats: a loop, or one call where it runs once.

    `write(number, known, operand)` writes one repetition into `target`: `number` is its part
    of a layer's name, `known` whether it is the only one.
    """
    if isinstance(count, Known) and count.value == 1:
        write("1", True, current)
        return target
    writer.assign(target, current)
    stop = (
        literal(count.value + 1) if isinstance(count, Known) else f"{count.at(ADD)} + 1"
    )
    with writer.loop(stop) as variable:
        write(f"{{{variable}}}", False, target)
    return target


class BlockWriter:
    """Writes the function of one block."""

    def __init__(self, signatures: Signatures, signature: Signature) -> None:
        self.signatures = signatures
        self.signature = signature
        self.names = BlockNames(signatures, signature)
        self.writer = Writer(signature.identifiers.taken)
        self.block = signature.block
        self.referenced = _referenced(signature)
        self.counts_back = any(
            _counts_back(step) for step in walk(signature.block.body)
        )
        self.labels: set[str] = set()
        self.variables: dict[int, str] = {}
        """The variable of a step that has one of its own, by the step's identity."""

    def write(self) -> list[str]:
        """Return the lines of the function."""
        inputs, target = self._inputs()
        identifiers = self.signature.identifiers
        self.labels |= identifiers.taken | {*inputs, target}
        self.names.tensors["in"] = inputs[0]
        for name, variable in zip(self.block.inputs, inputs, strict=True):
            self.names.tensors[name] = variable
        self._write_locals()
        end = self._steps(self.block.body, inputs[0], target, ("{name}",), [inputs[0]])
        self.writer.finish(end)
        lines = lay_out_definition(self.signature.function, self._parameters(inputs))
        return [*lines, *lay_out_statements(self.writer.statements, 1)]

    def _inputs(self) -> tuple[list[str], str]:
        """Return the names of the function's inputs, and of the value that steps pass on."""
        if not self.block.block.inputs:
            lasting = self._input_lasts()
            return (["inputs"], "x") if lasting else (["x"], "x")
        inputs = [identifier(name, "input_") for name in self.block.inputs]
        target = "x"
        if "x" in inputs and (inputs[0] != "x" or self._input_lasts()):
            target = "y"
        return inputs, target

    def _input_lasts(self) -> bool:
        """Whether a step after the first still needs the block's input."""
        steps = [step for step in self.block.body if self._decided(step) is not False]
        later = steps[1:]
        if steps and steps[0].then:
            later = [*steps[0].then, *later]
        words = {"in", self.block.inputs[0]}
        return any(words & _references(step) for step in walk(later))

    def _parameters(self, inputs: list[str]) -> tuple[str, ...]:
        required, optional = [], []
        for slot in self.signature.slots.values():
            if slot.folded or not slot.given:
                continue
            assert isinstance(slot.symbol, Code)
            if slot.default is not None:
                value = slot.default.value
                if isinstance(value, tuple) and value[0] == value[1]:
                    value = value[0]
                optional.append(f"{slot.symbol.text}={literal(value)}")
            elif slot.late:
                optional.append(f"{slot.symbol.text}=None")
            else:
                required.append(slot.symbol.text)
        parameters = self.signature.parameters.values()
        return (
            *inputs,
            *required,
            *parameters,
            *optional,
            "*",
            *self.signature.words,
            "name",
        )

    def _write_locals(self) -> None:
        """Compute the columns that calls leave to their default."""
        for (column, facet), slot in self.signature.slots.items():
            if slot.folded or (slot.given and not slot.late):
                continue
            default = self.block.columns[column]
            assert default is not None
            assert isinstance(slot.symbol, Code)
            template = parse_template(default.cell.text)
            symbol = self.signatures.text_symbol(template, facet, self.names)
            assignment = Assign(slot.symbol.text, text_of(symbol))
            if slot.late:
                condition = f"{slot.symbol.text} is None"
                self.writer.statements.append(If(condition, [assignment]))
            else:
                self.writer.statements.append(assignment)

    # Steps ------------------------------------------------------------------

    def _steps(
        self,
        steps: Iterable[CalledStep],
        current: str,
        target: str,
        name: Name,
        history: list[str],
    ) -> str:
        """Write steps in order; return the variable that holds the last value."""
        pending = list(steps)
        while pending:
            step = pending.pop(0)
            decided = self._decided(step)
            if decided is False:
                self._name_value(step, current)
                continue
            if decided is True:
                current = self._step(step, current, target, name, history)
                history.append(current)
                continue
            group = [step]
            while pending and self._joins(pending[0], group[-1], decided):
                group.append(pending.pop(0))
            current = self._conditional(decided, group, current, target, name, history)
        return current

    def _joins(self, step: CalledStep, before: CalledStep, condition: Code) -> bool:
        """Whether a step runs under the condition of the step before, in one `if`."""
        if before.name in self.referenced or self.counts_back:
            return False  # what others refer to has a variable of its own
        return self._decided(step) == condition

    def _name_value(self, step: CalledStep, current: str) -> None:
        """Let the name of a step that adds nothing mean the current value from now on."""
        if step.name is None:
            return
        variable = self._variable(step, current)
        self.writer.assign(variable, current)
        self.names.tensors[step.name] = variable

    def _conditional(
        self,
        condition: Code,
        group: list[CalledStep],
        current: str,
        target: str,
        name: Name,
        history: list[str],
    ) -> str:
        """Write steps that run under one condition."""
        variable = self._variable(group[-1], target)
        self.writer.assign(variable, current)
        branch = If(_condition(condition), [])
        with self.writer.within(branch):
            inner = current
            for step in group:
                inner = self._step(step, inner, variable, name, [inner])
            self.writer.assign(variable, inner)
        if group[-1].name is not None:
            self.names.tensors[group[-1].name] = variable
        history.append(_UNSURE)
        return variable

    def _step(
        self,
        step: CalledStep,
        current: str,
        target: str,
        name: Name,
        history: list[str],
    ) -> str:
        operands = self._operands(step, current, history)
        if step.branches is None and step.target is None:  # a lone `from`
            self._name_value(step, operands[0])
            return operands[0]
        variable = self._variable(step, target)
        end = self._call(step, operands, variable, (*name, step.suffix))
        if step.name is not None:
            self.names.tensors[step.name] = end
        return end

    def _variable(self, step: CalledStep, target: str) -> str:
        """Return where a step's value goes: a variable of its own where others refer to it."""
        if id(step) in self.variables:
            return self.variables[id(step)]
        variable = target
        if step.name is not None and step.name in self.referenced:
            variable = self.variables[id(step)] = self._unique(
                identifier(step.name, "n")
            )
        elif self.counts_back:
            variable = self.variables[id(step)] = self._unique(target)
        return variable

    def _unique(self, base: str) -> str:
        label, again = base, 2
        while label in self.labels:
            label, again = f"{base}_{again}", again + 1
        self.labels.add(label)
        return label

    def _operands(
        self, step: CalledStep, current: str, history: list[str]
    ) -> list[str]:
        if step.step.source is None:
            return [current]
        operands = []
        for cell in step.step.source:
            text = cell.text
            if text not in self.names.tensors and is_relative(text):
                operands.append(current if text == "-1" else history[-int(text[1:])])
            else:
                operands.append(self.names.tensors[text])
        if _UNSURE in operands:
            raise Unprintable(frozenset())
        return operands

    def _call(
        self, step: CalledStep, operands: list[str], variable: str, name: Name
    ) -> str:
        count = self._count(step)
        if count is None:
            if step.branches is not None:
                return self._fork(step, operands[0], variable, name)
            self.writer.assign(
                variable, self._piece(step, operands, name, self.names, None)
            )
            return variable

        def write(number: str, known: bool, operand: str) -> None:
            here: Name = (*name, f"_{number}")
            if step.branches is not None:
                self.writer.assign(variable, self._fork(step, operand, variable, here))
                return
            names = (
                self.names
                if known
                else repeating(self.names, step, number.strip("{}"), count)
            )
            words = (lambda word: Known(True)) if known else names.name
            piece = self._piece(step, [operand, *operands[1:]], here, names, words)
            self.writer.assign(variable, piece)

        return write_loop(self.writer, count, variable, operands[0], write)

    def _piece(
        self, step: CalledStep, operands: list[str], name: Name, names: Any, words: Any
    ) -> Piece:
        target = step.target
        assert target is not None
        if target.op is not None:
            frame = self._frame(step)
            scope = Scope(frame.values, frame.shape)
            return layer_call(target, step.arguments, names, scope, operands, name)
        assert target.block is not None
        site = self._site(step, target.block.name)

        def word(word: str) -> Symbol:
            return words(word) if words else Known(site.frames[0].values[word])

        return block_call(site, self.signatures, names, word, operands, name)

    def _site(self, step: CalledStep, callee: str) -> Site:
        for site in self.signatures.sites.of.get(callee, ()):
            if site.call is step:
                return site
        raise Unprintable(frozenset(self.signatures.kept))

    def _frame(self, step: CalledStep) -> Frame:
        """Return a call of the block in which the step ran."""
        frames = self.signature.frames
        if step.when is None:
            return frames[0]
        ran = [
            f
            for f in frames
            if step.when.evaluate(Scope(f.values, f.shape)) in (True, "true")
        ]
        return (ran or frames)[0]

    def _count(self, step: CalledStep) -> Symbol | None:
        """Return how often a step runs, or None where it does not say."""
        block = step.target.block if step.target else None
        if step.repeat is not None:
            symbol = print_expression_of(step.repeat, self.names)
        elif block is not None and "repeat" in block.columns:
            symbol = self.signatures.passed(self._site(step, block.name), "repeat")
        else:
            return None
        if isinstance(symbol, Known):
            return Known(read_int(symbol.value))
        if symbol.parameters or symbol.shaped:
            raise Unprintable(symbol.parameters)
        return symbol

    # Forks ------------------------------------------------------------------

    def _fork(self, step: CalledStep, current: str, target: str, name: Name) -> str:
        assert step.branches is not None
        assert step.merge is not None
        ends = []
        for number, branch in enumerate(step.branches, 1):
            variable = self._label(branch, number)
            ends.append(self._steps(branch, current, variable, name, [current]))
        decided = self._decided(step.merge)
        if decided is not True:
            raise Unprintable(frozenset())
        merged = self._variable(step.merge, target)
        end = self._call(step.merge, ends, merged, (*name, step.merge.suffix))
        if step.merge.name is not None:
            self.names.tensors[step.merge.name] = end
        return self._steps(step.then, end, target, name, [end])

    def _label(self, branch: tuple[CalledStep, ...], number: int) -> str:
        """Return the variable of a branch: after its last named step, else its number."""
        named = [step.name for step in branch if step.name]
        return self._unique(f"branch_{slug(named[-1]) if named else number}")

    # Conditions -------------------------------------------------------------

    def _decided(self, step: CalledStep) -> "bool | Code":
        """Return whether a step runs in every call, in none, or under which condition."""
        if step.when is None:
            return True
        symbol = print_expression_of(step.when, self.names)
        if isinstance(symbol, Known):
            return symbol.value in (True, "true")
        frames = self.signature.frames
        truths = {_ran(step.when, frame) for frame in frames}
        if len(truths) == 1 and symbol.fixed:
            return truths.pop()
        block = step.target.block if step.target else None
        if (
            truths == {False}
            and block is not None
            and block.name not in self.signatures.of
        ):
            if symbol.parameters:
                raise Unprintable(symbol.parameters)
            return False
        return symbol


def _ran(argument: Argument, frame: Frame) -> bool:
    """Return what a condition came to in one call of its block."""
    return argument.evaluate(Scope(frame.values, frame.shape)) in (True, "true")


def _condition(code: Code) -> Piece:
    """Return a condition that may break at its outermost `and` or `or`."""
    for word in ("or", "and"):
        parts = _split(code.text, f" {word} ")
        if len(parts) > 1:
            return Chain(word, tuple(parts))
    return code.text


def _split(text: str, separator: str) -> list[str]:
    """Split at a separator that stands outside all brackets."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and text.startswith(separator, at):
            parts.append(text[start:at])
            start = at + len(separator)
    return [*parts, text[start:]]


def _references(step: CalledStep) -> set[str]:
    """Return the names of values that a step refers to."""
    found = {cell.text for cell in step.step.source or ()}
    for argument in (*step.arguments, step.when, step.repeat):
        if argument is not None:
            found |= _attribute_owners(argument)
    return found


def _attribute_owners(argument: Argument) -> set[str]:
    if isinstance(argument.evaluate, tuple):
        return set().union(*map(_attribute_owners, argument.evaluate))
    template = parse_template(argument.cell.text)
    names = [name for e in template.expressions for name in names_of(e)]
    return {name.name for name in names if isinstance(name, Attribute)}


def _counts_back(step: CalledStep) -> bool:
    """Whether a step takes a value before the current one by its distance, `-2`."""
    return any(
        cell.text != "-1" and is_relative(cell.text) for cell in step.step.source or ()
    )


def _referenced(signature: Signature) -> set[str]:
    return set().union(
        *(_references(step) for step in walk(signature.block.body)), set()
    )
