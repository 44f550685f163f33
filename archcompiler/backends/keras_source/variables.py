"""Variables: which of them holds which value in the body of a function."""

from collections.abc import Iterable
from dataclasses import dataclass

from archcompiler.backends.keras_source.identifiers import Identifiers
from archcompiler.backends.keras_source.layer_names import Name
from archcompiler.backends.keras_source.references import (
    counts_back,
    names_taken,
    reaches_back,
)
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.graph.calls import CalledStep
from archcompiler.graph.spreading import forget, spread
from archcompiler.language.expressions.naming import (
    asked_for,
    is_relative,
    repetition_name,
)


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
        texts = [cell.text for step in steps for cell in step.source or ()]
        self.asked = asked_for(texts, [step.name for step in steps if step.name])
        self.tensors = tensors
        self.identifiers = identifiers
        self.taken = set().union(*map(names_taken, steps))
        self.counts_back = any(map(counts_back, steps))
        self.own: dict[int, str] = {}
        """The variable of a step that has one of its own, by the step's identity."""

    def counts_repetitions(self, step: CalledStep) -> bool:
        """Whether something takes a repetition of a step that is not the last."""
        return self.counts_back or _counts_itself(step) or step.name in self.asked

    def leave_open(self, step: CalledStep, strand: Strand) -> None:
        """Let nothing reach beyond a step that calls repeat differently.

        Raises:
            Unprintable: where its own repetitions do.
        """
        if _counts_itself(step):
            why = f"calls repeat `{step.place.text}` differently, and it counts back"
            raise Unprintable(why)
        if step.name in self.asked:
            why = f"calls repeat `{step.name}` differently, and each is taken"
            raise Unprintable(why)
        strand.history.append(None)

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

    def repetition(self, step: CalledStep, variable: str, number: int) -> str:
        """Return what the variable of a repetition but the last is called."""
        return f"{variable}_{number}" if step.name in self.asked else variable

    def number(self, step: CalledStep, number: int, variable: str) -> None:
        """Let the name of a repetition, counted from 1, mean what a variable holds."""
        name = step.name
        if name is not None and name in self.asked:
            if number == 1:
                forget(self.tensors, name)
            self.tensors[repetition_name(name, number)] = variable

    def name(self, step: CalledStep, variable: str) -> None:
        """Let the name of a step, if it has one, mean what a variable holds."""
        if step.name is not None:
            self.tensors[step.name] = variable

    def operands(self, step: CalledStep, strand: Strand) -> list[str]:
        """Return the variables that a step takes.

        Raises:
            Unprintable: where a condition, or how often a step repeats, leaves open how
                far `-2` reaches.
        """
        if step.source is None:
            return [strand.current]
        operands = []
        for cell in spread(step.source, self.tensors):
            if cell.text in self.tensors:
                operands.append(self.tensors[cell.text])
            elif cell.text == "-1":
                operands.append(strand.current)
            else:
                operands.append(_back(strand.history, cell.text))
        return operands

    def next_operands(
        self, step: CalledStep, operands: list[str], strand: Strand
    ) -> list[str]:
        """Return what the next repetition takes of what the one before took."""
        again = [strand.current, *operands[1:]]
        for at, cell in enumerate(spread(step.source or (), self.tensors)):
            if is_relative(cell.text):
                again[at] = _back(strand.history, cell.text)
        return again


def _counts_itself(step: CalledStep) -> bool:
    """Whether a later repetition takes more by distance than the one before it."""
    first, *others = step.source or (None,)
    if first is not None and reaches_back(first):
        return True
    return any(cell is not None and is_relative(cell.text) for cell in others)


def _back(history: list[str | None], reference: str) -> str:
    distance = int(reference[1:])
    if distance > len(history):
        raise Unprintable(f"`{reference}` counts back beyond the beginning")
    values = history[-distance:]
    value = values[0]
    if value is None or None in values:
        why = f"calls differ, which leaves open which value `{reference}` is"
        raise Unprintable(why)
    return value
