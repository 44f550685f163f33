"""Copying a source into a network: all of it, or what leads to the new head."""

from collections.abc import Collection

import keras

from archcompiler.architecture import Architecture
from archcompiler.porting import transplant
from archcompiler.training.errors import TrainingError
from archcompiler.training.transfer.heads import (
    boundary,
    default_head,
    head_layers,
    rows_of,
)
from archcompiler.training.transfer.init import Init
from archcompiler.training.transfer.opening import Opened
from archcompiler.transplanting import Transplant, TransplantError


def copy_until_head(
    opened: Opened, model: keras.Model, architecture: Architecture, init: Init
) -> Transplant:
    """Copy everything where everything matches; else all but the head.

    Raises:
        TrainingError: where what leads to the head differs.
    """
    if not init.head:
        outputs = {node.name for node in architecture.outputs}
        for until in (None, outputs):
            try:
                return transplant(opened.model, model, until=until)
            except TransplantError:
                continue
    head = init.head or default_head(architecture)
    ends = boundary(architecture, head_layers(architecture, head))
    if not ends:
        rows = _options(head)
        raise TrainingError(f"with `{rows}` everything begins anew: nothing is copied")
    try:
        return transplant(opened.model, model, until=ends)
    except TransplantError as error:
        raise TrainingError(_told(error, architecture, init, head)) from None


def _told(
    error: TransplantError,
    architecture: Architecture,
    init: Init,
    head: Collection[str],
) -> str:
    """Say what differs before the head, and with which rows one could begin instead."""
    rows = ", ".join(f"`{row}`" for row in head)
    message = f"{init.source} does not match what leads to the head, {rows}: {error}"
    others = rows_of(architecture, error.lacking)
    if not others:
        return message
    wider = (*init.head, *others)
    if not boundary(architecture, head_layers(architecture, wider)):
        return f"{message}\n  help: they differ from the first layers on"
    return (
        f"{message}\n  help: name the rows with which the new head begins, "
        f"`{_options(wider)}` or earlier ones"
    )


def _options(rows: Collection[str]) -> str:
    return " ".join(
        f'--head "{row}"' if " " in row else f"--head {row}" for row in rows
    )
