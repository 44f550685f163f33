"""Calls written as other languages write them, to say how they are written here."""

import re

from archcompiler.graph.calls import OpTarget, Target

_CALL = re.compile(r"([^()]*[^() ]) ?\(([^()]*)\)?")


def called_name(text: str) -> str:
    """Return `Conv2D` of `Conv2D(64, 3)`, nothing where a text is no such call."""
    return _parts(text)[0]


def _parts(text: str) -> tuple[str, str]:
    found = _CALL.fullmatch(text)
    return (found[1], found[2]) if found else ("", "")


def as_step(text: str, target: Target) -> str:
    """Return `Conv2D: {filters: 64, kernel_size: 3}` for `Conv2D(64, 3)`."""
    arguments = _arguments(text, target)
    name = called_name(text)
    return f"{name}: {{{', '.join(arguments)}}}" if arguments else name


def as_row(text: str, target: Target) -> str:
    """Return `{type: Conv2D, filters: 64, kernel_size: 3}` for `Conv2D(64, 3)`."""
    cells = [f"type: {called_name(text)}", *_arguments(text, target)]
    return f"{{{', '.join(cells)}}}"


def _arguments(text: str, target: Target) -> list[str]:
    names = iter(_positional(target))
    arguments = []
    for value in filter(None, map(str.strip, _parts(text)[1].split(","))):
        name, equals, given = map(str.strip, value.partition("="))
        if not equals:
            name, given = next(names, "..."), value
        in_patches = "x" in given or given == "<patch>"
        if name == target.window_field and in_patches:
            name = "patch"
        arguments.append(f"{name}: {given}")
    return arguments


def _positional(target: Target) -> list[str]:
    """Return the arguments in the order in which Keras, or a block, takes them."""
    if isinstance(target, OpTarget):
        return [name for name in target.op.model_fields if name in target.accepted]
    return list(target.accepted)
