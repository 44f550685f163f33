"""Bad usage: a command that cannot be done as it was asked for."""


class UsageError(Exception):
    """A command that was used wrongly: exit code 2."""
