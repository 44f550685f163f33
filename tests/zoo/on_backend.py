"""Save what specs compute on one backend of Keras: on_backend.py FOLDER SPEC...

KERAS_BACKEND names the backend. TensorFlow draws images and weights, and saves them in
the folder; the other backends read them there.
"""

import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
from source.live import run_source
from transplant.living import images_for, live_statistics, logits

import archcompiler


def main(folder: Path, specs: list[str]) -> None:
    """Save, for each spec, what the live model and the emitted one compute."""
    keras.utils.set_random_seed(0)
    for spec in specs:
        architecture = archcompiler.load(spec)
        live = architecture.to_keras()
        if keras.backend.backend() == "tensorflow":
            draw(live, folder / spec)
        emitted = run_source(architecture.to_source())()
        np.savez(
            folder / f"{spec}.{keras.backend.backend()}.npz",
            live=saved_logits(live, folder / spec),
            emitted=saved_logits(emitted, folder / spec),
        )


def draw(model: Any, files: Path) -> None:
    """Save two images, and weights that all matter to what these give."""
    images = images_for(model)
    live_statistics(model, images)
    model.save_weights(f"{files}.weights.h5")
    np.save(f"{files}.npy", images)


def saved_logits(model: Any, files: Path) -> np.ndarray:
    """Return what the softmax takes, with the saved weights and images."""
    model.load_weights(f"{files}.weights.h5")
    return logits(model, np.load(f"{files}.npy"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
