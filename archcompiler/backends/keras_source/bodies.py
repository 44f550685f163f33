"""Bodies: the steps of a block as statements of its function."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archcompiler.backends.keras_source.calls import block_call
from archcompiler.backends.keras_source.code import If, Piece, Statement
from archcompiler.backends.keras_source.deciding import Decision, decide, running
from archcompiler.backends.keras_source.facets import VALUE, Unprintable
from archcompiler.backends.keras_source.identifiers import Identifiers
from archcompiler.backends.keras_source.layer_names import Name, name_code
from archcompiler.backends.keras_source.layers import layer_call
from archcompiler.backends.keras_source.names import (
    ONCE,
    BlockNames,
    RepetitionNames,
    looping,
)
from archcompiler.backends.keras_source.ops import op_of_step
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.references import counts_back, names_taken
from archcompiler.backends.keras_source.slots import Signature
from archcompiler.backends.keras_source.symbols import Code, Known, Symbol
from archcompiler.backends.keras_source.texts import Names, argument_symbol
from archcompiler.backends.keras_source.writer import Writer
from archcompiler.graph.calls import CalledStep
from archcompiler.graph.graph import Graph
from archcompiler.language.naming import slug
from archcompiler.ops.fields import read_int


@dataclass(slots=True)
class Strand:
    """Steps one after the other: the value that they pass on, and where they put it."""

    target: str
    name: Name
    """The lead of the names of their layers."""

    current: str
    history: list[str | None]
    """The values so far; None for one that a condition left open."""

    def pass_on(self, value: str) -> None:
        """Let a value be the current one."""
        self.current = value
        self.history.append(value)


class BodyWriter:
    """Writes the body of one block's function."""

    def __init__(
        self, signature: Signature, names: BlockNames, passing: Passing, graph: Graph
    ) -> None:
        self.signature = signature
        self.names = names
        self.passing = passing
        self.graph = graph
        self.identifiers = Identifiers(signature.taken)
        self.writer = Writer(self.identifiers.taken)
        steps = running(signature.block.body, names, signature, passing)
        self.referenced = set().union(*map(names_taken, steps))
        self.counts_back = any(map(counts_back, steps))
        self.variables: dict[int, str] = {}
        """The variable of a step that has one of its own, by the step's identity."""

    def write(self, inputs: tuple[str, ...], target: str) -> list[Statement]:
        """Return the statements: values go from the first of `inputs` to `target`."""
        self.identifiers.taken |= {*inputs, target}
        block = self.signature.block
        self.names.tensors.update(zip(block.inputs, inputs, strict=True))
        self.names.tensors["in"] = inputs[0]
        strand = Strand(target, ("{name}",), inputs[0], [inputs[0]])
        self.writer.finish(self._steps(block.body, strand))
        return self.writer.statements

    def _steps(self, steps: Iterable[CalledStep], strand: Strand) -> str:
        """Write steps in order; return the variable that holds the last value."""
        pending = list(steps)
        while pending:
            step = pending.pop(0)
            decision = self._decide(step)
            if decision is False:
                self._name_value(step, strand.current)
            elif decision is True:
                self._step(step, strand)
            else:
                group = [step]
                while pending and self._joins(pending[0], group[-1], decision):
                    group.append(pending.pop(0))
                self._conditional(decision, group, strand)
        return strand.current

    def _decide(self, step: CalledStep) -> Decision:
        return decide(step, self.names, self.signature, self.passing)

    def _joins(self, step: CalledStep, before: CalledStep, condition: Code) -> bool:
        """Whether a step runs under the condition of the step before, in one `if`."""
        if before.name in self.referenced or self.counts_back:
            return False  # what others refer to has a variable of its own
        return self._decide(step) == condition

    def _conditional(
        self, condition: Code, group: list[CalledStep], strand: Strand
    ) -> None:
        """Write steps that run under one condition."""
        last = group[-1]
        variable = self._variable(last, strand.target)
        self.writer.assign(variable, strand.current)
        inner = replace(strand, target=variable, history=[*strand.history])
        with self.writer.within(If(condition.text, [])):
            for step in group:
                self._step(step, inner, condition.nature.parameters)
            self.writer.assign(variable, inner.current)
        if last.name is not None:
            self.names.tensors[last.name] = variable
        strand.current = variable
        strand.history.append(None)

    def _step(
        self, step: CalledStep, strand: Strand, deciding: frozenset[str] = frozenset()
    ) -> None:
        """Write one step; `deciding` are the parameters that let it run."""
        try:
            self._run(step, strand)
        except Unprintable as problem:
            raise problem.found_in(step, deciding) from None

    def _run(self, step: CalledStep, strand: Strand) -> None:
        operands = self._operands(step, strand)
        if step.branches is None and step.target is None:  # a lone `from`
            self._name_value(step, operands[0])
            strand.pass_on(operands[0])
            return
        variable = self._variable(step, strand.target)
        strand.pass_on(self._call(step, operands, variable, strand.name))

    # Values -----------------------------------------------------------------

    def _name_value(self, step: CalledStep, value: str) -> None:
        """Let the name of a step that adds nothing mean a value from now on."""
        if step.name is None:
            return
        variable = value
        if step.name in self.referenced:
            variable = self._variable(step, value)
            self.writer.assign(variable, value)
        self.names.tensors[step.name] = variable

    def _variable(self, step: CalledStep, target: str) -> str:
        """Return where a step's value goes: others may refer to it by a variable."""
        named = step.name is not None and step.name in self.referenced
        if not named and not self.counts_back:
            return target
        if id(step) not in self.variables:
            text = step.name if named and step.name is not None else target
            self.variables[id(step)] = self.identifiers.new(text)
        return self.variables[id(step)]

    def _operands(self, step: CalledStep, strand: Strand) -> list[str]:
        """Return the variables that a step takes.

        Raises:
            Unprintable: where a condition leaves open how far `-2` reaches.
        """
        if step.source is None:
            return [strand.current]
        operands = []
        for cell in step.source:
            if cell.text in self.names.tensors:
                operands.append(self.names.tensors[cell.text])
            elif cell.text == "-1":
                operands.append(strand.current)
            else:
                operands.append(_back(strand.history, cell.text))
        return operands

    # Calls ------------------------------------------------------------------

    def _call(
        self, step: CalledStep, operands: list[str], variable: str, lead: Name
    ) -> str:
        """Write a step, as often as it says; return the variable of its value."""
        name = (*lead, step.suffix)
        count = self._count(step)
        once = RepetitionNames(self.names, ONCE)
        if count is None:
            end = self._once(step, operands, variable, name, self.names, once)
        elif count == Known(1):
            end = self._once(step, operands, variable, (*name, "_1"), once, once)
        else:
            end = self._loop(step, count, operands, variable, name)
        if step.name is not None:
            self.names.tensors[step.name] = end
        return end

    def _loop(
        self,
        step: CalledStep,
        count: Symbol,
        operands: list[str],
        variable: str,
        name: Name,
    ) -> str:
        self.writer.assign(variable, operands[0])
        operands = [variable, *operands[1:]]
        with self.writer.loop(count) as number:
            names = RepetitionNames(self.names, looping(number, count))
            name = (*name, f"_{{{number}}}")
            end = self._once(step, operands, variable, name, names, names)
            self.writer.assign(variable, end)
        return variable

    def _once(
        self,
        step: CalledStep,
        operands: list[str],
        variable: str,
        name: Name,
        names: Names,
        words: Names,
    ) -> str:
        """Write one repetition; `names` are its arguments', `words` its callee's."""
        if step.branches is not None:
            return self._fork(step, operands[0], variable, name)
        self.writer.assign(variable, self._piece(step, operands, name, names, words))
        return variable

    def _piece(
        self,
        step: CalledStep,
        operands: list[str],
        name: Name,
        names: Names,
        words: Names,
    ) -> Piece:
        if step.target is not None and step.target.op is not None:
            op = op_of_step(step, name, self.signature.frames, self.graph)
            return layer_call(op, step.arguments, names, operands, name_code(name))
        site = self.passing.sites.at(step)
        if site is None:
            raise Unprintable(f"`{step.place.text}` never runs as the spec stands")
        self.names.reads.functions.add(
            self.passing.signatures[site.block.name].function
        )
        return block_call(site, self.passing, names, words, operands, name)

    def _count(self, step: CalledStep) -> Symbol | None:
        """Return how often a step runs, or None where it does not say."""
        if not step.repeats:
            return None
        symbol = self._repeat(step)
        if isinstance(symbol, Known):
            return None if symbol.value is None else Known(read_int(symbol.value))
        kept = frozenset(self.passing.parameters.kept)
        varying = kept if symbol.nature.shaped else symbol.nature.parameters
        if varying:
            why = f"the repetitions of `{step.place.text}` vary"
            raise Unprintable(why, varying)
        if symbol.nature.kind is not int:
            return replace(symbol, text=f"int({symbol.text})")
        return symbol

    def _repeat(self, step: CalledStep) -> Symbol:
        if step.repeat is not None:
            return argument_symbol(step.repeat, self.names)
        site = self.passing.sites.at(step)
        if site is None:
            raise Unprintable(f"`{step.place.text}` never runs as the spec stands")
        return self.passing.passed(site, ("repeat", VALUE), self.names)

    # Forks ------------------------------------------------------------------

    def _fork(self, step: CalledStep, current: str, target: str, name: Name) -> str:
        """Write branches, their merge and what follows; return the value's variable."""
        merge = step.merge
        if merge is None:
            return current
        ends = []
        for number, branch in enumerate(step.branches or (), 1):
            label = self.identifiers.new(_label(branch, number))
            ends.append(self._steps(branch, Strand(label, name, current, [current])))
        merged = self._variable(merge, target)
        end = self._call(merge, ends, merged, name)
        return self._steps(step.then, Strand(target, name, end, [end]))


def _label(branch: tuple[CalledStep, ...], number: int) -> str:
    """Return the variable of a branch: after its last named step, else its number."""
    named = [step.name for step in branch if step.name]
    return f"branch_{slug(named[-1]) if named else number}"


def _back(history: list[str | None], reference: str) -> str:
    values = history[-int(reference[1:]) :]
    value = values[0]
    if value is None or None in values:
        why = f"a condition leaves open which value `{reference}` is"
        raise Unprintable(why)
    return value
