"""Unprintable: what no code says, where it stands, and what had better be known."""

from collections.abc import Iterator
from contextlib import contextmanager

from archcompiler.language.text.document import Scalar


class Unprintable(Exception):  # noqa: N818 - asks for another try, no error of ours
    """Something that no code says; `parameters` are those that had better be known."""

    def __init__(
        self, why: str, parameters: frozenset[str] = frozenset(), help: str = ""
    ) -> None:
        super().__init__(why)
        self.why = why
        self.parameters = parameters
        self.help = help
        self.place: Scalar | None = None


@contextmanager
def writing(place: Scalar, parameters: frozenset[str] = frozenset()) -> Iterator[None]:
    """Let what proves unprintable know its place, and what parameters let it run."""
    try:
        with deciding(parameters):
            yield
    except Unprintable as problem:
        problem.place = problem.place or place
        raise


@contextmanager
def deciding(parameters: frozenset[str]) -> Iterator[None]:
    """Let what proves unprintable know that these parameters decide if it is there."""
    try:
        yield
    except Unprintable as problem:
        problem.parameters = problem.parameters or parameters
        raise
