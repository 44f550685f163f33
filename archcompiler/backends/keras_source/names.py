"""What the names in the texts of a spec stand for, in each place where text stands."""

from collections.abc import Callable, Iterable, Mapping

from archcompiler.backends.keras_source.facets import VALUE, Facet
from archcompiler.backends.keras_source.printing import compare
from archcompiler.backends.keras_source.sites import holds_text
from archcompiler.backends.keras_source.slots import Key, Parameters, Reads, Signature
from archcompiler.backends.keras_source.symbols import (
    ADD,
    Code,
    Known,
    Nature,
    Symbol,
)
from archcompiler.backends.keras_source.texts import PrintedNames
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.graph.calls import CalledStep, all_steps
from archcompiler.language.expressions.naming import REPETITION

_AXES = {"height": 1, "width": 2, "channels": -1}


def shape_code(tensor: str, attribute: str) -> Code:
    """Return the code of a tensor's height, width, channels or rank."""
    shaped = Nature(shaped=True)
    if attribute == "rank":
        return Code(f"len({tensor}.shape) - 1", shaped, ADD)
    return Code(f"{tensor}.shape[{_AXES[attribute]}]", shaped)


def stand_in(tensor: str) -> str:
    """Return what stands for a tensor's variable before it has one."""
    return f"_{tensor.encode().hex()}"


class Tensors(dict[str, str]):
    """The variable of each tensor that has a name; `lost` are those that may have none.

    What loses a tensor are the builder's arguments that may leave it out; none where it
    isn't there whatever they are.

    Raises:
        Unprintable: where a lost one is asked for.
    """

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__({name: stand_in(name) for name in names})
        self.lost: dict[str, frozenset[str]] = {}

    def __getitem__(self, name: str) -> str:
        """Return the variable of a tensor."""
        if name in self.lost:
            runs = "may not run" if self.lost[name] else "does not run"
            raise Unprintable(f"`{name}` lies in a fork that {runs}", self.lost[name])
        return super().__getitem__(name)

    def lose(self, steps: Iterable[CalledStep], parameters: frozenset[str]) -> None:
        """Let what steps give be known no longer, as `parameters` may leave it out."""
        names = [step.name for step in all_steps(steps) if step.name is not None]
        self.lost.update(dict.fromkeys(names, parameters))


class BlockNames:
    """Names in a block's text: columns, tensors, parameters, words about repetition.

    `look` says what a facet stands for; `reads` notes what was asked for.
    """

    def __init__(
        self,
        signature: Signature,
        parameters: Parameters,
        look: Callable[[Key], Symbol],
        reads: Reads,
    ) -> None:
        self.signature = signature
        self.parameters = parameters
        self.look = look
        self.reads = reads
        block = signature.block
        steps = [step.name for step in block.steps if step.name is not None]
        names = ["in", *block.inputs, *steps]
        self.tensors = Tensors(names)

    def name(self, word: str) -> Symbol:
        """Return what a word stands for."""
        column = self.facet(word, VALUE)
        if column is not None:
            return column
        return self._repetition(word) if word in REPETITION else self.parameter(word)

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return an attribute of a tensor, or of a column's text."""
        if name not in self.tensors:
            column = self.facet(name, Facet(attribute))
            if column is not None:
                return column
        return shape_code(self.tensors[name], attribute)

    def facet(self, column: str, facet: Facet) -> Symbol | None:
        """Return one facet of a column, or None where the name is no column."""
        if column not in self.signature.block.columns:
            return None
        self.reads.facets.setdefault((column, facet))
        return self.look((column, facet))

    def holds_text(self, word: str) -> bool:
        """Whether a name is a column that holds a text in some call."""
        is_column = word in self.signature.block.columns
        return is_column and holds_text(self.signature.frames, word)

    def parameter(self, word: str) -> Symbol:
        """Return a parameter of the spec."""
        if word in self.parameters.kept:
            self.reads.parameters.setdefault(word)
        return self.parameters.symbol(word)

    def _repetition(self, word: str) -> Symbol:
        values = {frame.values[word] for frame in self.signature.frames}
        if len(values) == 1:
            return Known(values.pop())
        self.reads.words.setdefault(word)
        return Code(word, Nature(bool if word in ("first", "last") else int))


class TableNames:
    """Names in a row's cells: parameters, and the outputs of earlier rows."""

    def __init__(self, parameters: Parameters, reads: Reads) -> None:
        self.parameters = parameters
        self.reads = reads
        self.tensors: dict[str, str] = {}
        """The variable of each row and input so far."""

    def name(self, word: str) -> Symbol:
        """Return what a word stands for; those about repetition are its call's."""
        return self.parameter(word)

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return an attribute of an earlier row's output."""
        return shape_code(self.tensors.get(name) or stand_in(name), attribute)

    def facet(self, column: str, facet: Facet) -> None:  # noqa: ARG002
        """Return None: a row has no columns to read."""
        return

    def holds_text(self, word: str) -> bool:  # noqa: ARG002
        """Return false, as a row has no columns."""
        return False

    def parameter(self, word: str) -> Symbol:
        """Return a parameter of the spec."""
        self.reads.parameters.setdefault(word)
        return self.parameters.symbol(word)


class RepetitionNames:
    """Names within a call that repeats: the words about repetition are its own."""

    def __init__(self, inner: PrintedNames, words: Mapping[str, Symbol]) -> None:
        self.inner = inner
        self.words = words

    def name(self, word: str) -> Symbol:
        """Return what a word stands for."""
        return self.words.get(word) or self.inner.name(word)

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return an attribute of a tensor, or of a column's text."""
        return self.inner.attribute(name, attribute)

    def facet(self, column: str, facet: Facet) -> Symbol | None:
        """Return one facet of a column of the block around."""
        return self.inner.facet(column, facet)

    def holds_text(self, word: str) -> bool:
        """Whether a name is a column of the block around that holds a text."""
        return self.inner.holds_text(word)

    def parameter(self, word: str) -> Symbol:
        """Return a parameter of the spec."""
        return self.inner.parameter(word)


def numbered(number: int, count: int) -> dict[str, Symbol]:
    """Return the words within repetition `number` of `count`, counted from 1."""
    words = {"first": number == 1, "last": number == count}
    numbers = {"index": number - 1, "count": count}
    return {word: Known(value) for word, value in {**words, **numbers}.items()}


ONCE = numbered(1, 1)


def looping(variable: str, count: Symbol) -> dict[str, Symbol]:
    """Return the words within a loop whose variable counts from 1 to `count`."""
    number = Code(variable)
    return {
        "first": compare("==", number, Known(1)),
        "last": compare("==", number, count),
        "index": Code(f"{variable} - 1", Nature(), ADD),
        "count": count,
    }
