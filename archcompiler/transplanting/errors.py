"""The one error of a transplant."""


class TransplantError(ValueError):
    """A transplant that is refused; nothing was copied."""
