"""Variables: which of them holds which value in the body of a function."""

from collections.abc import Iterable
from dataclasses import dataclass

from archcompiler.backends.keras_source.identifiers import Identifiers
from archcompiler.backends.keras_source.layer_names import Name
from archcompiler.backends.keras_source.references import counts_back, names_taken
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.graph.calls import CalledStep


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


class Variables:
    """The variables of a body: steps that others refer to have one of their own."""

    def __init__(
        self,
        tensors: dict[str, str],
        identifiers: Identifiers,
        steps: Iterable[CalledStep],
    ) -> None:
        """Look at what `steps` refer to; `tensors` holds the variable of each name."""
        steps = list(steps)
        self.tensors = tensors
        self.identifiers = identifiers
        self.taken = set().union(*map(names_taken, steps))
        self.counts_back = any(map(counts_back, steps))
        self.own: dict[int, str] = {}
        """The variable of a step that has one of its own, by the step's identity."""

    def is_taken(self, step: CalledStep) -> bool:
        """Whether another step refers to this one by its name."""
        return step.name is not None and step.name in self.taken

    def lasts(self, step: CalledStep) -> bool:
        """Whether a step's value must not be overwritten."""
        return self.counts_back or self.is_taken(step)

    def of(self, step: CalledStep, target: str) -> str:
        """Return where a step's value goes: its own variable, else `target`."""
        if not self.lasts(step):
            return target
        if id(step) not in self.own:
            text, role = target, ""
            if self.is_taken(step) and step.name:
                text, role = step.name, "output"
            self.own[id(step)] = self.identifiers.new(text, role=role)
        return self.own[id(step)]

    def name(self, step: CalledStep, variable: str) -> None:
        """Let the name of a step, if it has one, mean what a variable holds."""
        if step.name is not None:
            self.tensors[step.name] = variable

    def operands(self, step: CalledStep, strand: Strand) -> list[str]:
        """Return the variables that a step takes.

        Raises:
            Unprintable: where a condition leaves open how far `-2` reaches.
        """
        if step.source is None:
            return [strand.current]
        operands = []
        for cell in step.source:
            if cell.text in self.tensors:
                operands.append(self.tensors[cell.text])
            elif cell.text == "-1":
                operands.append(strand.current)
            else:
                operands.append(_back(strand.history, cell.text))
        return operands


def _back(history: list[str | None], reference: str) -> str:
    distance = int(reference[1:])
    if distance > len(history):
        raise Unprintable(f"`{reference}` counts back beyond the beginning")
    values = history[-distance:]
    value = values[0]
    if value is None or None in values:
        why = f"a condition leaves open which value `{reference}` is"
        raise Unprintable(why)
    return value
