"""Bodies: the steps of a block as statements of its function."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from archcompiler.backends.keras_source.calls import block_call
from archcompiler.backends.keras_source.code import (
    Assign,
    If,
    Items,
    Piece,
    PythonCall,
    Statement,
)
from archcompiler.backends.keras_source.deciding import (
    Decision,
    decide,
    decide_branch,
    repetitions,
    running,
)
from archcompiler.backends.keras_source.identifiers import Identifiers
from archcompiler.backends.keras_source.layer_names import Name, name_code
from archcompiler.backends.keras_source.layers import layer_call
from archcompiler.backends.keras_source.names import (
    ONCE,
    BlockNames,
    RepetitionNames,
    looping,
    numbered,
)
from archcompiler.backends.keras_source.ops import op_of_step
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.printing import excludes, is_opposite
from archcompiler.backends.keras_source.slots import Signature
from archcompiler.backends.keras_source.symbols import Code, Known, Symbol
from archcompiler.backends.keras_source.texts import PrintedNames
from archcompiler.backends.keras_source.unprintable import Unprintable, writing
from archcompiler.backends.keras_source.variables import Strand, Variables
from archcompiler.backends.keras_source.writer import Writer
from archcompiler.graph.calls import CalledBranch, CalledFork, CalledStep, OpTarget
from archcompiler.graph.graph import Graph
from archcompiler.language.expressions.naming import slug
from archcompiler.ops.fields import read_int


@dataclass(slots=True)
class Case:
    """Steps that run under one condition."""

    condition: Code
    steps: list[CalledStep]


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
        self.variables = Variables(names.tensors, self.identifiers, steps)

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
                self.names.tensors.lose(step.nested, frozenset())
                self._name_value(step, strand.current)
            elif decision is True:
                self._step(step, strand)
            else:
                cases = self._cases(Case(decision, [step]), pending)
                self._conditional(cases, strand)
        return strand.current

    def _decide(self, step: CalledStep) -> Decision:
        return decide(step, self.names, self.signature, self.passing)

    def _cases(self, first: Case, pending: list[CalledStep]) -> list[Case]:
        """Take the steps of one `if`: under one condition, then those that exclude it.

        Nothing may refer to a step before the last, as that might not have run.
        """
        cases = [first]
        while pending and not self.variables.lasts(cases[-1].steps[-1]):
            decision = self._decide(pending[0])
            if decision == cases[-1].condition:
                cases[-1].steps.append(pending.pop(0))
            elif isinstance(decision, Code) and all(
                excludes(case.condition, decision) for case in cases
            ):
                cases.append(Case(decision, [pending.pop(0)]))
            else:
                break
        return cases

    def _conditional(self, cases: list[Case], strand: Strand) -> None:
        """Write steps that run under conditions of which one holds at most."""
        last = cases[-1].steps[-1]
        variable = self.variables.of(last, strand.target)
        bodies = [(c.condition.text, self._case(c, variable, strand)) for c in cases]
        written = [(condition, body) for condition, body in bodies if body]
        complete = len(written) == len(cases) == 2 and is_opposite(
            cases[0].condition, cases[1].condition
        )
        if not complete:
            self.writer.assign(variable, strand.current)
        self.writer.choose(written, complete)
        self.variables.name(last, variable)
        strand.current = variable
        strand.history.append(None)

    def _case(self, case: Case, variable: str, strand: Strand) -> list[Statement]:
        inner = replace(strand, target=variable, history=[*strand.history])
        with self.writer.aside() as body:
            for step in case.steps:
                self._step(step, inner, case.condition.nature.parameters)
            self.writer.assign(variable, inner.current)
        nested = [step for outer in case.steps for step in outer.nested]
        self._lose(nested, case.condition)
        return body

    def _lose(self, steps: Iterable[CalledStep], condition: Code) -> None:
        """Let steps be known no longer where arguments of the builder may skip them."""
        deciding = condition.nature.parameters
        if condition.nature.shaped:
            deciding = frozenset(self.passing.parameters.kept)
        if deciding:
            self.names.tensors.lose(steps, deciding)

    def _name_value(self, step: CalledStep, value: str) -> None:
        """Let the name of a step that adds nothing mean a value from now on."""
        variable = value
        if self.variables.is_taken(step):
            variable = self.variables.of(step, value)
            self.writer.assign(variable, value)
        self.variables.name(step, variable)

    def _step(
        self, step: CalledStep, strand: Strand, deciding: frozenset[str] = frozenset()
    ) -> None:
        """Write one step; `deciding` are the parameters that let it run."""
        with writing(step.place, deciding):
            operands = self.variables.operands(step, strand)
            if step.fork is None and step.target is None:  # a lone `from`
                self._name_value(step, operands[0])
                strand.pass_on(operands[0])
                return
            variable = self.variables.of(step, strand.target)
            self._call(step, operands, variable, strand)

    # Calls ------------------------------------------------------------------

    def _call(
        self, step: CalledStep, operands: list[str], variable: str, strand: Strand
    ) -> None:
        """Write a step, as often as it says, and pass its value on."""
        name = (*strand.name, step.suffix)
        count = repetitions(step, self.names, self.passing)
        once = RepetitionNames(self.names, ONCE)
        if count is None:
            end = self._once(step, operands, variable, name, self.names, once)
        elif count == Known(1):
            end = self._once(step, operands, variable, (*name, "_1"), once, once)
            self.variables.number(step, 1, end)
        elif isinstance(count, Known) and self.variables.counts_repetitions(step):
            end = self._unroll(step, read_int(count.value), operands, variable, strand)
        else:
            self.variables.leave_open(step, strand)
            end = self._loop(step, count, operands, variable, name)
        self.variables.name(step, end)
        strand.pass_on(end)

    def _unroll(
        self,
        step: CalledStep,
        count: int,
        operands: list[str],
        variable: str,
        strand: Strand,
    ) -> str:
        """Write each repetition by itself, all but the last passed on."""
        for number in range(1, count):
            target = self.identifiers.new(
                self.variables.repetition(step, variable, number)
            )
            self.writer.assign(
                target, self._numbered(step, operands, target, strand, number, count)
            )
            strand.pass_on(target)
            self.variables.number(step, number, target)
            operands = self.variables.next_operands(step, operands, strand)
        end = self._numbered(step, operands, variable, strand, count, count)
        self.variables.number(step, count, end)
        return end

    def _numbered(
        self,
        step: CalledStep,
        operands: list[str],
        variable: str,
        strand: Strand,
        number: int,
        count: int,
    ) -> str:
        names = RepetitionNames(self.names, numbered(number, count))
        name = (*strand.name, step.suffix, f"_{number}")
        return self._once(step, operands, variable, name, names, names)

    def _loop(
        self,
        step: CalledStep,
        count: Symbol,
        operands: list[str],
        variable: str,
        name: Name,
    ) -> str:
        if variable in operands[1:]:  # these stay, while the first goes on
            variable = self.identifiers.new(variable)
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
        names: PrintedNames,
        words: PrintedNames,
    ) -> str:
        """Write one repetition; `names` are its arguments', `words` its callee's."""
        if step.fork is not None:
            return self._fork(step.fork, operands[0], variable, name)
        piece = self._piece(step, operands, name, names, words)
        self.writer.assign(variable, piece, step)
        return variable

    def _piece(
        self,
        step: CalledStep,
        operands: list[str],
        name: Name,
        names: PrintedNames,
        words: PrintedNames,
    ) -> Piece:
        if isinstance(step.target, OpTarget):
            frames = self.signature.frames
            op = op_of_step(step, step.target, name, frames, self.graph)
            return layer_call(op, step.arguments, names, operands, name_code(name))
        site = self.passing.site_of(step)
        function = self.passing.signatures[site.block.name].function
        self.names.reads.functions.add(function)
        return block_call(site, self.passing, names, words, operands, name)

    # Forks ------------------------------------------------------------------

    def _fork(self, fork: CalledFork, current: str, target: str, name: Name) -> str:
        """Write branches, their merge and what follows; return the value's variable."""
        merge, gathered = fork.merge, ""
        ends: list[str] = []
        labels = []
        for number, (branch, decision) in enumerate(self._decide_branches(fork), 1):
            label = current
            if branch.steps:
                label = self.identifiers.new(_label(branch.steps, number, target))
                labels.append(label)
            strand = Strand(label, name, current, [current])
            if isinstance(decision, Code):
                gathered, ends = self._gather(gathered, ends, merge), []
                self._append(gathered, branch, decision, strand)
            else:
                ends.append(self._steps(branch.steps, strand))
        if not self.variables.counts_back:
            self.identifiers.release(labels)  # the merge is the last to read them
        strand = Strand(target, name, current, [])
        operands = _operands(gathered, ends)
        self._call(merge, operands, self.variables.of(merge, target), strand)
        return self._steps(fork.then, strand)

    def _decide_branches(self, fork: CalledFork) -> list[tuple[CalledBranch, Decision]]:
        """Return the branches that may be there."""
        decided = [
            (b, decide_branch(b, self.names, self.signature, self.passing))
            for b in fork.branches
        ]
        for branch, decision in decided:
            if decision is False:
                self.names.tensors.lose(branch.steps, frozenset())
        return [(b, decision) for b, decision in decided if decision is not False]

    def _gather(self, gathered: str, ends: list[str], merge: CalledStep) -> str:
        """Put branches into a list, of which the next may be missing.

        Raises:
            Unprintable: where a block merges, whose inputs have names.
        """
        if not isinstance(merge.target, OpTarget):
            why = "what merges branches that may be missing is a block"
            help = "give `when` to the steps of one branch, or merge by an op"
            raise Unprintable(why, help=help)
        if not gathered:
            gathered = self.identifiers.new("branches")
            self.writer.assign(gathered, Items(tuple(ends)))
            return gathered
        for end in ends:
            self.writer.do(PythonCall(f"{gathered}.append", (("", end),)))
        return gathered

    def _append(
        self, gathered: str, branch: CalledBranch, condition: Code, strand: Strand
    ) -> None:
        """Write a branch that may be missing, and put it into the list."""
        label = strand.target
        with self.writer.within(If(condition.text, [])):
            end: Piece = self._steps(branch.steps, strand)
            called: object = None
            match self.writer.statements:
                case [Assign(target, value, step)] if target == label:
                    self.writer.statements.clear()
                    end, called = value, step
            self.writer.do(PythonCall(f"{gathered}.append", (("", end),)), called)
        self._lose(branch.steps, condition)


def _operands(gathered: str, ends: list[str]) -> list[str]:
    """Return what a merge takes: the list of branches, and those that came after."""
    if not gathered:
        return ends
    return [f"*{gathered}", *ends] if ends else [gathered]


def _label(branch: tuple[CalledStep, ...], number: int, target: str) -> str:
    """Return the variable of a branch: after its last named step, else its number.

    The second branch within `branch_pool` is `branch_pool_2`.
    """
    named = [step.name for step in branch if step.name]
    if named:
        return f"branch_{slug(named[-1])}"
    lead = target if target.startswith("branch_") else "branch"
    return f"{lead}_{number}"
