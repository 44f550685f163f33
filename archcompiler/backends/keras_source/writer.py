"""Writing statements: bodies within bodies, and loops."""

import string
from collections.abc import Iterator, Set
from contextlib import contextmanager

from archcompiler.backends.keras_source.code import (
    Assign,
    Call,
    Do,
    For,
    If,
    Piece,
    Return,
    Statement,
)
from archcompiler.backends.keras_source.symbols import ADD, Known, Symbol, text_of

_LOOPS = "".join(
    letter
    for letter in string.ascii_lowercase[8:] + string.ascii_lowercase[:8]
    if letter != "l"  # looks like a digit
)


class Writer:
    """Statements being written, and the loops around them."""

    def __init__(self, taken: Set[str]) -> None:
        """Begin without statements; `taken` cannot name a loop's variable."""
        self.statements: list[Statement] = []
        self.taken = taken
        self.loops: list[str] = []

    def assign(self, target: str, value: Piece) -> None:
        """Write `target = value`, unless it says `x = x`."""
        if target != value:
            self.statements.append(Assign(target, value))

    def do(self, call: Call) -> None:
        """Write a call whose value nobody keeps."""
        self.statements.append(Do(call))

    @contextmanager
    def within(self, statement: If | For) -> Iterator[None]:
        """Write into the body of a statement."""
        outer, self.statements = self.statements, statement.body
        yield
        self.statements = outer
        outer.append(statement)

    @contextmanager
    def loop(self, count: Symbol) -> Iterator[str]:
        """Write into the body of a loop, and give its variable, which counts from 1."""
        free = (v for v in _LOOPS if v not in self.taken and v not in self.loops)
        variable = next(free)
        stop = f"{text_of(count, ADD)} + 1"
        if isinstance(count, Known) and isinstance(count.value, int):
            stop = str(count.value + 1)
        self.loops.append(variable)
        with self.within(For(variable, stop, [])):
            yield variable
        self.loops.pop()

    def finish(self, value: str) -> None:
        """Return the value, directly where it was just assigned."""
        last = self.statements[-1] if self.statements else None
        if isinstance(last, Assign) and last.target == value:
            self.statements[-1] = Return(last.value)
        else:
            self.statements.append(Return(value))
