"""Where a figure that matplotlib draws is written."""

from collections.abc import Mapping
from pathlib import Path

from archcompiler.cli.output import refuse_inputs, writable
from archcompiler.cli.usage import UsageError

_ENDINGS = (".svg", ".png", ".pdf")


def figure_path(
    text: str, spec: str | None = None, settings: Mapping[str, str] | None = None
) -> Path:
    """Return where a figure is written, over no file of a spec that is read.

    Raises:
        UsageError: for another format, or a file of the spec.
    """
    path = writable(text)
    if spec is not None:
        from archcompiler.checking.checking import load

        refuse_inputs(path, load(spec, **(settings or {})).program)
    if path.suffix.lower() not in _ENDINGS:
        raise UsageError(f"a figure ends in .svg, .png or .pdf, received `{path.name}`")
    return path


def needs_matplotlib() -> UsageError:
    """Return the error that says how to install what draws."""
    return UsageError(
        "a figure is drawn with matplotlib: pip install 'archcompiler[train]'"
    )
