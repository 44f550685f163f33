"""The record of a run, `run.json`: what was asked for, and what it is known by."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.architecture import Architecture
from archcompiler.language.loading.runs import VERSION, holds_run, unknown_version
from archcompiler.language.recipe.overriding import merge_overrides
from archcompiler.training.data.fingerprints import (
    KNOWN,
    Fingerprint,
    fingerprint,
    read_known,
    refuse_other_data,
    sets_of,
)
from archcompiler.training.data.images import Data
from archcompiler.training.earlier import earlier_digest, earlier_fingerprint
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import RUN, read_json, write_file, write_json
from archcompiler.training.recipe import Recipe
from archcompiler.training.request import Request
from archcompiler.training.task import Task

Record = Mapping[str, Any]


def read_record(folder: Path) -> Record:
    """Return what `run.json` of a folder says.

    Raises:
        TrainingError: where there is none, or it is of a later archcompiler.
    """
    record: Record = read_json(folder / RUN)
    if reason := unknown_version(record):
        raise TrainingError(f"`{folder / RUN}` {reason}")
    return record


def recorded_request(folder: Path) -> Request:
    """Return what was asked for when the run of a folder began.

    Raises:
        TrainingError: where the folder holds no run.
    """
    record = read_record(folder)
    try:
        request = Request(**record["request"])
        return replace(request, spec=str(folder / record["spec"]))
    except (TypeError, KeyError) as error:
        message = f"`{folder / RUN}` is of another version: {error}"
        raise TrainingError(message) from None


def spelled_out(request: Request) -> Request:
    """Return a request whose SPEC is no run, but what that run was trained of.

    Devices are chosen anew. What the request itself asks for goes before.
    """
    folder = Path(request.spec)
    if not holds_run(folder):
        return request
    trained = recorded_request(folder)
    beginning = request if request.init else trained
    return replace(
        request,
        spec=trained.spec,
        settings={**trained.settings, **request.settings},
        overrides=merge_overrides(trained.overrides, request.overrides),
        data=request.data or trained.data,
        takings=request.takings or trained.takings,
        data_dir=request.data_dir or trained.data_dir,
        save_every=request.save_every or trained.save_every,
        init=beginning.init,
        head=beginning.head,
    )


def write_record(
    folder: Path,
    request: Request,
    task: Task,
    found: Fingerprint,
    told: Mapping[str, Any],
) -> None:
    """Write what a run is known by: the digests of its images, then `run.json`."""
    recipe, data = task.recipe.training.plain(), task.data
    record = {
        "version": VERSION,
        "name": task.architecture.name,
        "digest": task.recipe.digest,
        "request": asdict(request.with_whole_paths()),
        "recipe": {**recipe, "data": request.data or recipe["data"]},
        "data": {
            "name": data.name,
            "classes": data.classes,
            "broken": [each._asdict() for each in data.broken],
            "images": {name: len(images) for name, images in sets_of(data)},
            "sha256": found.sha256,
            "bytes": found.read,
            "seconds": found.seconds,
        },
        **told,
    }
    write_file(folder / KNOWN, lambda path: np.savez(path, **found.digests))
    write_json(folder / RUN, record)


def known_as(record: Record, architecture: Architecture, recipe: Recipe) -> Recipe:
    """Return a recipe with the digest by which the record's version knows it."""
    if not _is_earlier(record):
        return recipe
    digest = earlier_digest(architecture, recipe.training, record["recipe"])
    return replace(recipe, digest=digest)


def refuse_other_recipe(folder: Path, record: Record, digest: str) -> None:
    """Refuse a network or a recipe with which the run did not begin.

    Raises:
        TrainingError: with both digests.
    """
    if record["digest"] != digest:
        raise TrainingError(
            f"`{folder}` is the run of another spec or recipe: "
            f"{record['digest'][:12]}, not {digest[:12]}"
        )


def know_again(folder: Path, record: Record, data: Data) -> Fingerprint:
    """Return the fingerprint of the data, with which the run began.

    Raises:
        TrainingError: for other data, with the first image that differs.
    """
    before = record["data"]["sha256"]
    if _is_earlier(record):
        found, known = Fingerprint(earlier_fingerprint(data)), None
    else:
        known = read_known(folder)
        found = fingerprint(data, known)
    if found.sha256 != before:
        refuse_other_data(data, found, known, folder)
    return found


def _is_earlier(record: Record) -> bool:
    return "version" not in record
