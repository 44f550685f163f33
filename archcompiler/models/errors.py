"""The one error of an alignment."""

from archcompiler.diagnostics import printable

LONGEST = 400


class ModelError(ValueError):
    """A foreign model that cannot be read: not there, damaged, or holding code.

    What a file holds reaches the message only as printable characters, and cut.
    """

    def __init__(self, message: str) -> None:
        shown = printable(message[:LONGEST])
        super().__init__(shown + ("..." if len(message) > LONGEST else ""))
