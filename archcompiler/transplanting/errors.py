"""The one error of a transplant."""

from collections.abc import Iterable


class TransplantError(ValueError):
    """A transplant that is refused; nothing was copied."""

    def __init__(self, message: str, lacking: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.lacking = tuple(lacking)
        """The first layers of the target that the source lacks, where that is known."""
