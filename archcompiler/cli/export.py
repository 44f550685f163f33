"""`archc export`: the network of a run in a file for others."""

import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcompiler.cli.commands import add_command
from archcompiler.cli.usage import UsageError
from archcompiler.cli.using import add_run, with_run
from archcompiler.training.exporting import TARGETS

if TYPE_CHECKING:
    from archcompiler.training.data.images import ImageSet
    from archcompiler.training.loading import Run


def add_export(commands: Any) -> None:
    """Add the command."""
    examples = (
        "runs/pets -o pets.keras",
        "runs/pets -o pets.onnx --preprocess",
        "runs/pets -o pets/",
        "runs/pets -o pets.tflite --data more-pets/",
    )
    help = "write a trained network for others: Keras, ONNX, SavedModel or TFLite"
    command = add_command(commands, "export", help, examples)
    add_run(command, "all")
    endings = ", ".join(filter(None, (target.suffix for target in TARGETS.values())))
    command.add_argument(
        "-o",
        dest="file",
        required=True,
        metavar="FILE",
        help=f"ends in {endings}, or in / for the folder of a SavedModel",
    )
    command.add_argument(
        "-f", "--format", choices=TARGETS, help="default: what FILE ends in"
    )
    command.add_argument(
        "--preprocess",
        action="store_true",
        help="put the run's resizing and scaling inside: it takes images of any size",
    )
    command.add_argument(
        "--data",
        metavar="DATA",
        help="compare by other images, as `archc train --data` names them (default: "
        "those that the run held back, or trained on)",
    )
    help = "where the archive of a published data set lies"
    command.add_argument("--data-dir", metavar="DIR", help=help)


def run(options: Any) -> int:
    """Write the file, after what it computes was compared with the run.

    Raises:
        UsageError: for a name that is of no form, or a package that is missing.
    """
    form = _form(options.file, options.format)
    path = _place(options.file, form)
    for package in TARGETS[form].packages:
        if find_spec(package) is None:
            raise UsageError(
                f"`{path.name}` needs {package}, which is not installed: "
                "pip install 'archcompiler[tensorflow,export]'"
            )
    use = partial(_export, path, form)
    return with_run(options, use, "tensorflow")  # it alone writes every form


def _form(file: str, given: str | None) -> str:
    """Return the form that is meant, by the suffix or by `--format`."""
    suffix = Path(file).suffix
    if file.endswith(("/", "\\")):
        found: str | None = "saved_model"
    else:
        by_suffix = {target.suffix: name for name, target in TARGETS.items() if suffix}
        found = by_suffix.get(suffix)
    if given is None and found is None:
        endings = ", ".join(filter(None, (each.suffix for each in TARGETS.values())))
        raise UsageError(
            f"a trained network is written as {endings}, or as the folder of a "
            f"SavedModel: `{file}/`; received `{file}`"
        )
    if given is not None and found is not None and given != found:
        raise UsageError(f"`{file}` is no name for `--format {given}`")
    form = given or found
    assert form is not None
    if TARGETS[form].suffix not in ("", suffix):
        raise UsageError(f"`--format {form}` ends in {TARGETS[form].suffix}")
    return form


def _place(file: str, form: str) -> Path:
    """Return where to write: a file, or a folder that is new or held the same."""
    from archcompiler.cli.output import nameable, writable

    if TARGETS[form].suffix:
        return writable(file)
    path = nameable(file)
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder `{path.parent}`")
    is_model = (path / "saved_model.pb").is_file()
    if path.exists() and not (path.is_dir() and (is_model or not any(path.iterdir()))):
        raise UsageError(f"`{path}` holds something else than a SavedModel")
    return path


def _export(path: Path, form: str, run: "Run", options: Any) -> int:
    from archcompiler.cli.output import refuse_inputs
    from archcompiler.training.exporting.exporting import export
    from archcompiler.training.predicting import head_of

    refuse_inputs(path, run.architecture.program)
    head = head_of(run, options.output) if options.output else None
    name, images = _images(run, options)
    size = "x".join(map(str, run.recipe.image))
    takes = (
        f"images of {size} as the recipe's `pixels`, `mean` and `deviation` leave them"
    )
    if options.preprocess:
        takes = "images of any size, values as they lie in files or arrays, in float32"
    _tell(f"writing {path}, and opening it in a new process")
    found = export(run, path, form, images, head=head, preprocess=options.preprocess)
    print(
        f"{path}: {run.architecture.name}, {found.parameters:,} parameters of "
        f"{run.weights.name}; takes {takes}"
    )
    print(
        f"compared on {found.images} images {name}: outputs differ by at most "
        f"{found.difference:.2g}"
    )
    precision = run.recipe.training.precision
    if precision != "float32":
        _tell(f"note: it computes in float32, the run computed in {precision}")
    return 0


def _images(run: "Run", options: Any) -> "tuple[str, ImageSet]":
    """Return images to compare by, and which they are."""
    from archcompiler.training.errors import TrainingError
    from archcompiler.training.evaluating import images_of, own_images

    if options.data:
        return images_of(run, options.data, options.data_dir)
    try:
        return own_images(run, options.data_dir)
    except TrainingError as error:
        raise TrainingError(f"{error}; `--data` names others to compare by") from None


def _tell(progress: str) -> None:
    print(progress, file=sys.stderr, flush=True)
