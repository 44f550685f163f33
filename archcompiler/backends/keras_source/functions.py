"""Functions: the body of a block, or of the table, as statements."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from archcompiler.backends.keras_source.calls import Name, block_call, layer_call, print_expression_of
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
from archcompiler.backends.keras_source.symbols import Code, Known, Symbol, text_of
from archcompiler.graph.calls import Argument, CalledStep, is_relative
from archcompiler.graph.expansion import Frame
from archcompiler.language.expressions import Attribute, Scope, names_of, parse_template
from archcompiler.language.patterns import slug
from archcompiler.ops.fields import read_int

_LOOPS = ("i", "j", "k", "l", "m", "n")


class Writer:
    """Statements being written, and the loops around them."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.loops = 0

    def assign(self, target: str, value: Piece) -> None:
        """Write `target = value`, unless it says `x = x`."""
        if target != value:
            self.statements.append(Assign(target, value))

    @contextmanager
    def within(self, statement: If | For) -> Iterator[None]:
        """Write into the body of a statement."""
        outer, self.statements = self.statements, statement.body
        self.loops += isinstance(statement, For)
        yield
        self.loops -= isinstance(statement, For)
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
    writer: Writer, count: Symbol, target: str, current: str, write: Any
) -> str:
    """Write a call that repeats: `for i in range(1, n + 1):`, or one call where n is 1.

    `write(variable, number, operand)` writes one repetition; `number` is the known one, or
    None within a loop.
    """
    if isinstance(count, Known) and count.value == 1:
        writer.assign(target, write("1", 1, current))
        return target
    writer.assign(target, current)
    variable = _LOOPS[writer.loops]
    stop = literal(count.value + 1) if isinstance(count, Known) else f"{count.at(5)} + 1"
    loop = For(variable, stop, [])
    with writer.within(loop):
        writer.assign(target, write(f"{{{variable}}}", None, target))
    return target


class BlockWriter:
    """Writes the function of one block."""

    def __init__(self, signatures: Signatures, signature: Signature) -> None:
        self.signatures = signatures
        self.signature = signature
        self.names = BlockNames(signatures, signature)
        self.writer = Writer()
        self.block = signature.block
        self.referenced = _referenced(signature)
        self.labels: set[str] = set()

    def write(self) -> list[str]:
        """Return the lines of the function."""
        inputs, target = self._inputs()
        identifiers = self.signature.identifiers
        self._reserve(identifiers.taken)
        self.names.tensors["in"] = inputs[0]
        for name, variable in zip(self.block.inputs, inputs, strict=True):
            self.names.tensors[name] = variable
        self._write_locals()
        end = self._steps(self.block.body, inputs[0], target, ("{name}",), [inputs[0]])
        self.writer.finish(end)
        lines = lay_out_definition(self.signature.function, self._parameters(inputs))
        return [*lines, *lay_out_statements(self.writer.statements, 1)]

    def _reserve(self, taken: set[str]) -> None:
        self.labels |= taken

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
        return any(words & _references(step) for step in _all(later))

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
        return (*inputs, *required, *parameters, *optional, "*", *self.signature.words, "name")

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
                if step.name is not None:
                    self.names.tensors[step.name] = current
                continue
            if decided is True:
                current = self._step(step, current, target, name, history)
                history.append(current)
                continue
            group = [step]
            while pending and self._decided(pending[0]) == decided and not (
                _references(pending[0]) & {s.name for s in group if s.name}
            ):
                group.append(pending.pop(0))
            current = self._conditional(decided, group, current, target, name, history)
        return current

    def _conditional(
        self, condition: Code, group: list[CalledStep], current: str, target: str, name: Name, history: list[str]
    ) -> str:
        """Write steps that run under one condition."""
        variable = self._variable(group[-1], target)
        self.writer.assign(variable, current)
        branch = If(_condition(condition), [])
        with self.writer.within(branch):
            inner = current
            for step in group:
                inner = self._step(step, inner, variable, name, ["?"])
                if step.name is not None:
                    self.names.tensors[step.name] = variable
            self.writer.assign(variable, inner)
        history.append("?")
        return variable

    def _step(
        self, step: CalledStep, current: str, target: str, name: Name, history: list[str]
    ) -> str:
        operands = self._operands(step, current, history)
        if step.branches is None and step.target is None:  # a lone `from`
            end = operands[0]
        else:
            variable = self._variable(step, target)
            end = self._call(step, operands, variable, (*name, step.suffix), current)
        if step.name is not None:
            self.names.tensors[step.name] = end
        return end

    def _variable(self, step: CalledStep, target: str) -> str:
        """Return where a step's value goes: a variable of its own where others refer to it."""
        if step.name is None or step.name not in self.referenced:
            return target
        return identifier(step.name, "n")

    def _operands(self, step: CalledStep, current: str, history: list[str]) -> list[str]:
        if step.step.source is None:
            return [current]
        operands = []
        for cell in step.step.source:
            text = cell.text
            if text not in self.names.tensors and is_relative(text):
                operands.append(current if text == "-1" else history[-int(text[1:])])
            else:
                operands.append(self.names.tensors[text])
        if "?" in operands:
            raise Unprintable(frozenset())
        return operands

    def _call(
        self, step: CalledStep, operands: list[str], variable: str, name: Name, current: str
    ) -> str:
        count = self._count(step)
        if count is None:
            return self._call_once(step, operands, variable, name, self.names, {})

        def write(number: str, known: int | None, operand: str) -> Piece:
            loop = number.strip("{}")
            names = self.names if known else repeating(self.names, step, loop, count)
            words: dict[str, Symbol] = {}
            for word in ("first", "last"):
                words[word] = Known(True) if known else names.name(word)
            piece = self._piece(step, [operand, *operands[1:]], (*name, f"_{number}"), names, words)
            assert piece is not None
            return piece

        if step.branches is not None:
            raise Unprintable(frozenset())
        return write_loop(self.writer, count, variable, operands[0], write)

    def _call_once(
        self, step: CalledStep, operands: list[str], variable: str, name: Name, names: Any, words: Any
    ) -> str:
        if step.branches is not None:
            return self._fork(step, operands[0], variable, name)
        piece = self._piece(step, operands, name, names, words)
        self.writer.assign(variable, piece)
        return variable

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
        known = {
            word: Known(next(iter(values)))
            for word in ("first", "last", "index", "count")
            if len(values := {f.values[word] for f in site.frames if word in f.values}) == 1
        }
        return block_call(site, self.signatures, names, {**known, **words}, operands, name)

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
        ran = [f for f in frames if step.when.evaluate(Scope(f.values, f.shape)) in (True, "true")]
        return (ran or frames)[0]

    def _count(self, step: CalledStep) -> Symbol | None:
        if step.repeat is None:
            block = step.target.block if step.target else None
            if block is not None and "repeat" in block.columns:
                site = self._site(step, block.name)
                counts = {frame.bound["repeat"] for frame in site.frames}
                if len(counts) > 1:
                    raise Unprintable(frozenset())
                return Known(read_int(counts.pop()))
            return None
        symbol = print_expression_of(step.repeat, self.names)
        if isinstance(symbol, Code) and symbol.parameters:
            raise Unprintable(symbol.parameters)
        return Known(read_int(symbol.value)) if isinstance(symbol, Known) else symbol

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
        end = self._call(step.merge, ends, merged, (*name, step.merge.suffix), current)
        if step.merge.name is not None:
            self.names.tensors[step.merge.name] = end
        return self._steps(step.then, end, target, name, [end])

    def _label(self, branch: tuple[CalledStep, ...], number: int) -> str:
        """Return the variable of a branch: after its last named step, else its number."""
        named = [step.name for step in branch if step.name]
        base = f"branch_{slug(named[-1]) if named else number}"
        label, again = base, 2
        while label in self.labels:
            label, again = f"{base}_{again}", again + 1
        self.labels.add(label)
        return label

    # Conditions -------------------------------------------------------------

    def _decided(self, step: CalledStep) -> "bool | Code":
        """Return whether a step runs in every call, in none, or under which condition."""
        if step.when is None:
            return True
        symbol = print_expression_of(step.when, self.names)
        if isinstance(symbol, Known):
            return symbol.value in (True, "true")
        frames = self.signature.frames
        truths = {f_truth(step.when, frame) for frame in frames}
        if len(truths) == 1 and symbol.fixed:
            return truths.pop()
        block = step.target.block if step.target else None
        if truths == {False} and block is not None and block.name not in self.signatures.of:
            if symbol.parameters:
                raise Unprintable(symbol.parameters)
            return False
        return symbol


def f_truth(argument: Argument, frame: Frame) -> bool:
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


def _all(steps: Iterable[CalledStep]) -> Iterable[CalledStep]:
    return walk(steps)


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


def _referenced(signature: Signature) -> set[str]:
    return set().union(*(_references(step) for step in walk(signature.block.body)), set())
