"""keras.applications: `python -m tests.campaigns.applications --folder exported`.

Each model that the zoo has a table of is laid beside it: by its name, as a `.keras`
file, and exported by Keras to ONNX, its weights random. Needs, beside Keras, what
`keras_exports` needs.
"""

import argparse
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parent.parent))

from keras_applications import APPLICATIONS

import archcompiler
from tests.campaigns.keras_exports import write

FORMS = ("name", "keras", "onnx")


def main() -> None:
    """Print what is told of each model in each form, and how many say nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("specs", nargs="*", help="all by default")
    parser.add_argument("--folder", type=Path, default=Path("exported"))
    parser.add_argument("--forms", nargs="+", choices=FORMS, default=FORMS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    options.folder.mkdir(parents=True, exist_ok=True)
    told: Counter[str] = Counter()
    for spec in options.specs or APPLICATIONS:
        for form, model in _forms(spec, options):
            found = archcompiler.audit(spec, model)
            is_clean = not found.differs and not found.findings
            told[f"{form}, {'clean' if is_clean else 'otherwise'}"] += 1
            print(f"{spec}, {form}: {found.verdict}", flush=True)
            for each in found.findings[:5]:
                print(f"  {each.row}: {each.what}, {each.table}, {each.model}")
    print("; ".join(f"{what}: {times}" for what, times in told.items()))


def _forms(spec: str, options: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    """Yield a model in each form that is wanted; an export has no open sides."""
    import keras

    name = APPLICATIONS[spec]
    build, path = getattr(keras.applications, name), options.folder / f"{name}.keras"
    if "name" in options.forms:
        yield "name", name
    if "keras" in options.forms:
        build(weights=None).save(path)
        yield "keras", path
        path.unlink()
    path = path.with_suffix(".onnx")
    if "onnx" in options.forms:
        if not path.exists():
            image = archcompiler.load(spec).inputs[0].shape
            write(build(weights=None, input_shape=image), path)
        yield "onnx", path


if __name__ == "__main__":
    main()
