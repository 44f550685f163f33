"""A stranger: a new process that opens a saved model with Keras, as its users will.

In the process that built a model all its classes are known already, so only another one
shows what a file needs.
"""

import inspect
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from archcompiler.diagnostics import fail
from archcompiler.graph.expansion import Expansion
from archcompiler.interrupts import interrupts_raised
from archcompiler.processes import python, search_path

if TYPE_CHECKING:
    import keras

_MAIN = """
import json, sys
path = json.loads(sys.stdin.readline())
json.dump(fingerprint(keras.models.load_model(path)), sys.stdout)
"""
_NO_GPU = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
"""The memory of GPUs is taken by the process that builds."""


def imports_to_open(expansion: Expansion) -> list[str]:
    """Return the lines after which `keras.models.load_model` opens a saved network."""
    has_own = any(node.op is not None and node.op.custom for node in expansion.graph)
    return [*(["import archcompiler.layers"] if has_own else []), "import keras"]


def fingerprint(model: "keras.Model") -> list[object]:
    """Return what tells a model from others: its layers, outputs and weights."""
    import hashlib

    digest = hashlib.sha256()
    for array in model.get_weights():
        digest.update(array.tobytes())
    shapes = [list(tensor.shape) for tensor in model.outputs]
    return [[layer.name for layer in model.layers], shapes, digest.hexdigest()]


class Stranger:
    """A process that imports what a network's file needs, and then waits for the file.

    Begun before the network is built, it costs the second core and hardly any time.
    """

    def __init__(self, expansion: Expansion) -> None:
        lines = [*imports_to_open(expansion), inspect.getsource(fingerprint), _MAIN]
        self.process = subprocess.Popen(
            python("-c", "\n".join(lines)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # an interrupt is ours
            env={**os.environ, **search_path(), **_NO_GPU},
        )

    def __enter__(self) -> "Stranger":
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.communicate()

    def compare(self, model: "keras.Model", path: Path) -> None:
        """Compare a model with what the file gives that it was saved in.

        Raises:
            MemoryError: where there is none for another process.
            SpecError: with `build-mismatch`, where Keras cannot open the file, or gives
                other layers, outputs or weights than those that were saved.
        """
        with interrupts_raised():
            given, told = self.process.communicate(json.dumps(str(path)) + "\n")
        if self.process.returncode == -9 or "MemoryError" in told or "OOM" in told:
            raise MemoryError
        if self.process.returncode:
            reason = " ".join(told.split())[-200:]
            fail(
                "build-mismatch", f"a new process cannot open what was saved: {reason}"
            )
        if json.loads(given) != json.loads(json.dumps(fingerprint(model))):
            fail("build-mismatch", "a new process opens another model than was saved")
