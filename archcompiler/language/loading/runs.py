"""The folder of a run as SPEC: the spec that was trained, and what was set in it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archcompiler.diagnostics import failure

RUN = "run.json"
"""What was asked for: a folder with it holds a run."""


VERSION = 2
"""Of what `run.json` says; the first had no number."""


class RunOfSpec(NamedTuple):
    """What a run was trained of."""

    folder: Path
    spec: str
    """The copy of the spec in the folder, as SPEC is written."""

    settings: Mapping[str, str]
    recipe: Mapping[str, str]
    """Keys of the recipe, with the texts that took the place of theirs."""

    takings: Sequence[str]
    """The options by which its images were taken otherwise than they lie."""


def holds_run(path: Path) -> bool:
    """Whether a path is the folder of a run."""
    return (path / RUN).is_file()


def unknown_version(record: Mapping[str, Any]) -> str:
    """Return why a record is not read, of a later archcompiler; empty where it is."""
    version = record.get("version", 1)
    if version in (1, VERSION):
        return ""
    return (
        f"is of version {version}, this archcompiler knows up to {VERSION}: take the "
        "one that `environment.json` names, or a later one"
    )


def find_run(folder: Path) -> RunOfSpec:
    """Return what the run of a folder was trained of.

    Raises:
        SpecError: for a record that is damaged, or of a later archcompiler.
    """
    path = folder / RUN
    try:
        record = json.loads(path.read_text("utf-8"))
        later = unknown_version(record) if isinstance(record, dict) else ""
        request, spec = record["request"], str(folder / record["spec"])
        settings, recipe = dict(request["settings"]), dict(request["overrides"])
        takings = list(request.get("takings", ()))
    except KeyError as error:
        reason = f"it has no {error}"
    except (OSError, ValueError, TypeError) as error:
        reason = str(error)
    else:
        if later:
            raise failure("unreadable-file", f"`{path}` {later}")
        return RunOfSpec(folder, spec, settings, recipe, takings)
    raise failure("unreadable-file", f"`{path}` is no record of a run: {reason}")
