"""The folder of a run as SPEC: the spec that was trained, and what was set in it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from archcompiler.diagnostics import failure

RUN = "run.json"
"""What was asked for: a folder with it holds a run."""


class RunOfSpec(NamedTuple):
    """What a run was trained of."""

    folder: Path
    spec: str
    """The copy of the spec in the folder, as SPEC is written."""

    settings: Mapping[str, str]
    recipe: Mapping[str, str]
    """Keys of the recipe, with the texts that took the place of theirs."""


def holds_run(path: Path) -> bool:
    """Whether a path is the folder of a run."""
    return (path / RUN).is_file()


def find_run(folder: Path) -> RunOfSpec:
    """Return what the run of a folder was trained of.

    Raises:
        SpecError: for a record that is damaged.
    """
    path = folder / RUN
    try:
        record = json.loads(path.read_text("utf-8"))
        request, spec = record["request"], str(folder / record["spec"])
        settings, recipe = dict(request["settings"]), dict(request["overrides"])
    except KeyError as error:
        reason = f"it has no {error}"
    except (OSError, ValueError, TypeError) as error:
        reason = str(error)
    else:
        return RunOfSpec(folder, spec, settings, recipe)
    raise failure("unreadable-file", f"`{path}` is no record of a run: {reason}")
