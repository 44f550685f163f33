"""Keras' own exports: `python -m tests.campaigns.keras_exports --folder exported`.

Shipped specs and single layers are built, given random weights, and written by
`model.export(format="onnx")`; each must be its table, the single ones as far as an op
of ONNX is read. Needs, beside Keras, torch and onnxscript where `KERAS_BACKEND` is
torch, tf2onnx where it is tensorflow; with `--whole-numbers`, onnxruntime, which rounds
each shipped spec's file to whole numbers.
"""

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.append(str(Path(__file__).parent.parent))

from alignment.one_layer import CASES, model_of, ops_of, table_of

import archcompiler

SPECS = (
    *("resnet18", "mobilenetv2", "squeezenet", "efficientnet-b0", "densenet121"),
    *("inception-v3", "xception", "googlenet"),
)


class Export(NamedTuple):
    """A table and what was written of its model."""

    name: str
    architecture: Any
    path: Path


def main() -> None:
    """Print each export that isn't its table, and how many are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="of specs and of ops; all by default")
    parser.add_argument("--folder", type=Path, default=Path("exported"))
    parser.add_argument("--whole-numbers", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    options.folder.mkdir(parents=True, exist_ok=True)
    told: Counter[str] = Counter()
    for each in exports(options.names, options.folder):
        told[report(each)] += 1
        if options.whole_numbers and each.name in SPECS:
            told[report(in_whole_numbers(each))] += 1
    print(", ".join(f"{times} {what}" for what, times in told.items()))


def exports(names: list[str], folder: Path) -> Iterator[Export]:
    """Yield what Keras writes of specs and of single layers."""
    for spec in SPECS:
        if not names or spec in names:
            table = archcompiler.load(spec)
            yield from written(spec, table, table.to_keras, folder)
    for op in CASES:
        for at, (each, inputs) in enumerate(ops_of(op)):
            if not names or op in names:
                table = table_of(each, inputs)
                build = lambda op=each, shapes=inputs: model_of(op, shapes)  # noqa: E731
                yield from written(f"{op}-{at}", table, build, folder)


def written(name: str, table: Any, build: Any, folder: Path) -> Iterator[Export]:
    """Yield a model as a file, unless its exporter refuses it."""
    path = folder / f"{name}.onnx"
    try:
        if not path.exists():
            write(build(), path)
    except Exception as error:
        print(f"{name}: not exported, {type(error).__name__}")
        return
    yield Export(name, table, path)


def write(model: Any, path: Path) -> None:
    """Export a model with random weights."""
    randomise(model)
    images = [np.zeros((1, *each.shape[1:]), "float32") for each in model.inputs]
    model(images if len(images) > 1 else images[0])
    model.export(str(path), format="onnx", verbose=False)


def randomise(model: Any) -> None:
    """Give each weight another number; a zero is left out by exporters."""
    random = np.random.default_rng(0)
    for weight in model.weights:
        if "float" not in weight.dtype:
            continue
        low = 0.2 if "variance" in weight.path else -1.0
        fan = max(1, np.prod(weight.shape[:-1]))
        numbers = random.uniform(low, 1.0, weight.shape) / np.sqrt(fan)
        weight.assign(numbers)


def in_whole_numbers(export: Export) -> Export:
    """Return an export whose values are rounded to whole numbers."""
    import onnxruntime.quantization as quantization

    path = export.path.with_suffix(".whole.onnx")
    if not path.exists():
        reader = Images(export.path)
        form = quantization.QuantFormat.QDQ
        quantization.quantize_static(export.path, path, reader, quant_format=form)
    return Export(f"{export.name} in whole numbers", export.architecture, path)


class Images:
    """A few images of noise, as onnxruntime wants to be given them."""

    def __init__(self, path: Path) -> None:
        import onnx

        value = onnx.load(path, load_external_data=False).graph.input[0]
        axes = [axis.dim_value or 1 for axis in value.type.tensor_type.shape.dim]
        random = np.random.default_rng(0)
        images = [random.normal(size=axes).astype("float32") for _ in range(3)]
        self._waiting = [{value.name: each} for each in images]

    def get_next(self) -> dict[str, Any] | None:
        """Return the next image."""
        return self._waiting.pop() if self._waiting else None


def report(export: Export) -> str:
    """Compare a file with its table; return in a word what was found."""
    found = archcompiler.audit(export.architecture, export.path)
    if not found.differs:
        return "alike"
    rows = Counter((each.what, each.table, each.model) for each in found.findings)
    print(f"{export.name}:")
    for (what, table, model), times in rows.most_common(5):
        print(f"  {times} x {what}: {table}, {model}"[:120])
    return "told otherwise"


if __name__ == "__main__":
    main()
