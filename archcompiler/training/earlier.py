"""Run folders of version 1, whose `run.json` has no `version`: what they are known by.

Their digest covers defaults, too, so it is of the keys that there were; their data are
known by labels with names and sizes of files, or with every n-th image of an array.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from archcompiler.architecture import Architecture
from archcompiler.language.recipe.training import Training
from archcompiler.training.data.fingerprints import sets_of
from archcompiler.training.data.images import Data, ImageSet

_SAMPLED = 256  # images of an array, about


def earlier_digest(architecture: Architecture, training: Training, recipe: Any) -> str:
    """Return the digest by which a folder with that recipe in its record knows a run.

    What a recipe says beyond the keys of the record makes it another.
    """
    known = _only(training.plain(), recipe)
    if _only(training.written(), known) != training.written():
        known = training.plain()
    layers = [
        [node.name, _call(node.op), list(node.inputs), list(node.shape)]
        for node in architecture.layers
    ]
    outputs = [node.name for node in architecture.outputs]
    whole = {"layers": layers, "outputs": outputs, "recipe": known}
    text = json.dumps(whole, sort_keys=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()


def earlier_fingerprint(data: Data) -> str:
    """Return the SHA-256 by which such a folder knows its data."""
    found = hashlib.sha256()
    for _, images in sets_of(data):
        for chunk in _chunks(images):
            found.update(chunk)
    return found.hexdigest()


def _call(op: Any) -> Any:
    return op.model_dump(mode="json") if op is not None else None


def _only(value: Any, known: Any) -> Any:
    """Return a value with those keys alone that are known."""
    if isinstance(value, dict) and isinstance(known, dict):
        return {key: _only(value[key], known[key]) for key in known if key in value}
    if isinstance(value, list) and isinstance(known, list) and len(value) == len(known):
        return [_only(one, each) for one, each in zip(value, known, strict=True)]
    return value


def _chunks(images: ImageSet) -> Iterator[bytes]:
    yield np.ascontiguousarray(images.labels).tobytes()
    if images.files:
        for path in images.read(np.arange(len(images))):
            yield f"{path.name} {path.stat().st_size}".encode()
        return
    yield str((images.images.shape[1:], images.images.dtype.str)).encode()
    yield np.ascontiguousarray(images.sample(_SAMPLED)).tobytes()
