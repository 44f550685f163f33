"""Writing statements: bodies within bodies, and loops."""

import ast
import string
from collections.abc import Iterator, Set
from contextlib import contextmanager

from archcompiler.backends.keras_source.code import (
    Assign,
    Do,
    For,
    If,
    Piece,
    PythonCall,
    Return,
    Statement,
)
from archcompiler.backends.keras_source.symbols import (
    ADD,
    Code,
    Known,
    Symbol,
    text_of,
)

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

    def assign(self, target: str, value: Piece, step: object = None) -> None:
        """Write `target = value`, unless it says `x = x`; `step` is what is called."""
        if target != value:
            self.statements.append(Assign(target, value, step))

    def do(self, call: PythonCall, step: object = None) -> None:
        """Write a call whose value nobody keeps."""
        self.statements.append(Do(call, step))

    @contextmanager
    def aside(self) -> Iterator[list[Statement]]:
        """Write into a body that stands nowhere yet, and give it."""
        outer, self.statements = self.statements, []
        yield self.statements
        self.statements = outer

    @contextmanager
    def within(self, statement: If | For) -> Iterator[None]:
        """Write into the body of a statement."""
        with self.aside() as body:
            yield
        statement.body.extend(body)
        self.statements.append(statement)

    def choose(self, cases: list[tuple[str, list[Statement]]], complete: bool) -> None:
        """Write cases of which one holds at most; of complete ones, the last else."""
        rest = cases.pop()[1] if complete else []
        for condition, body in reversed(cases):
            rest = [If(condition, body, rest)]
        self.statements += rest

    @contextmanager
    def loop(self, count: Symbol) -> Iterator[str]:
        """Write into the body of a loop, and give its variable, which counts from 1."""
        free = (v for v in _LOOPS if v not in self.taken and v not in self.loops)
        variable = next(free)
        self.loops.append(variable)
        with self.within(For(variable, text_of(_one_more(count)), [])):
            yield variable
        self.loops.pop()

    def finish(self, value: str) -> None:
        """Return the value, directly where it was just assigned."""
        last = self.statements[-1] if self.statements else None
        if isinstance(last, Assign) and last.target == value:
            self.statements[-1] = Return(last.value, last.step)
        else:
            self.statements.append(Return(value))


def _one_more(count: Symbol) -> Symbol:
    """Return `n` for a count of `n - 1`, `n + 3` for `n + 2`."""
    if isinstance(count, Known):
        assert isinstance(count.value, int), "a count is a whole number"
        return Known(count.value + 1)
    match ast.parse(count.text, mode="eval").body:
        case ast.BinOp(_, ast.Add(), ast.Constant(int(added))):
            rest = count.text.removesuffix(f" + {added}")
        case ast.BinOp(_, ast.Sub(), ast.Constant(int(taken))):
            rest, added = count.text.removesuffix(f" - {taken}"), -taken
        case _:
            return Code(f"{count.at(ADD)} + 1")
    if added == -1:
        return Code(rest)
    return Code(f"{rest} {'-' if added < -1 else '+'} {abs(added + 1)}")
