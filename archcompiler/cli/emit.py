"""`archc emit`: the model as Python source."""

import sys
from pathlib import Path
from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_source import emit_source, written_out
from archcompiler.backends.keras_source.files import check_source, write_source
from archcompiler.checking.checking import load
from archcompiler.cli.colours import print_diagnostics, print_error
from archcompiler.cli.exits import code_of
from archcompiler.cli.output import refuse_inputs, writable
from archcompiler.cli.recipe_arguments import recipe_settings_of, settings_of
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import SpecError
from archcompiler.language.expressions.patterns import slug
from archcompiler.language.loading.places import shipped_folder


def run(options: Any) -> int:
    """Print the source, write it, or compare a file with it; several are compared."""
    several = len(options.specs) > 1
    if several and (not options.check or options.output):
        raise UsageError("several SPECs go with --check, each with generated/NAME.py")
    if options.check and options.force:
        raise UsageError("--check writes nothing, so there is nothing to --force")
    if options.data is not None and not options.training:
        raise UsageError("--data is what a script trains on: add --training")
    codes = [_told(options, spec) for spec in options.specs]
    return max(codes)


def _told(options: Any, spec: str) -> int:
    """Run for one of the specs, and tell what is wrong before the next has its turn."""
    try:
        return _run(options, spec)
    except SpecError as error:
        print_diagnostics(error.diagnostics)
        return code_of(error)


def _run(options: Any, spec: str) -> int:
    path = writable(options.output) if options.output and not options.check else None
    settings = settings_of(options) if options.training else options.settings
    architecture = load(spec, **settings)
    if path is not None:
        refuse_inputs(path, architecture.program)
    for note in architecture.notes:
        print(f"{architecture.name}: note: {note}", file=sys.stderr)
    source = _source(options, spec, architecture)
    if source is None:
        return 1
    for name, why in written_out(architecture.expansion).items():
        print(
            f"{architecture.name}: note: `{name}` is written out: {why}",
            file=sys.stderr,
        )
    if options.check:
        place = _checked_file(options, architecture)
        check_source(place, source, _command(options, spec, place))
        print(f"{place}: up to date")
    elif path is None:
        sys.stdout.write(source)
    else:
        written = write_source(path, source, force=options.force)
        print(f"{path}: {'written' if written else 'up to date'}")
    return 0


def _source(options: Any, spec: str, architecture: Architecture) -> str | None:
    """Return the source; None where there is no recipe, or its data do not fit."""
    if not options.training:
        return emit_source(architecture.expansion)
    from archcompiler.training.errors import TrainingError
    from archcompiler.training.recipe import read_recipe
    from archcompiler.training.script import choose_data, emit_training, refuse_takings

    try:
        refuse_takings(Path(spec))
        recipe = read_recipe(architecture, recipe_settings_of(options))
        return emit_training(architecture, recipe, choose_data(recipe, options.data))
    except TrainingError as error:
        print_error(str(error))
        return None


def _command(options: Any, spec: str, place: Path) -> str:
    """Return the command that writes what is checked."""
    words = ["archc", "emit", spec]
    words += [f"--set {name}={text}" for name, text in options.settings.items()]
    words += ["--training"] if options.training else []
    words += ["--data", options.data] if options.data else []
    return " ".join([*words, "-o", str(place)])


def _checked_file(options: Any, architecture: Architecture) -> Path:
    """Return the file to compare: `-o`, else `generated/NAME.py`.

    That folder lies beside the shipped specs for one of them in a checkout, otherwise
    in the current folder.
    """
    if options.output:
        return Path(options.output)
    specs = shipped_folder()
    spec = Path(architecture.program.files[-1].name).resolve()
    beside = specs.parent / "generated"
    shipped = spec.parent == specs.resolve() and beside.is_dir()
    folder = beside if shipped else Path("generated")
    ending = "_training" if options.training else ""
    return folder / f"{slug(architecture.name)}{ending}.py"
