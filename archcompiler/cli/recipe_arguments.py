"""The arguments of what is trained on, and of what takes the place of the recipe's."""

from collections.abc import Sequence
from typing import Any

from archcompiler.cli.usage import UsageError
from archcompiler.language.loading.loading import load_program
from archcompiler.language.recipe import RECIPE, SET
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.language.text.files import is_read_once
from archcompiler.reports.yaml_text import write_flow
from archcompiler.training.data import TAKINGS

_INSTEAD = "instead of the recipe's"
_OVERRIDES = {
    RECIPE: (
        "RECIPE",
        "of another SPEC, or `{optimizer: Adam, ...}`, instead of its own",
    ),
    "epochs": ("N", _INSTEAD),
    "batch-size": ("N", _INSTEAD),
    "seed": ("N", _INSTEAD),
    "limit": ("N", f"take only the first N images of each set, {_INSTEAD}"),
    "precision": ("P", f"float32, mixed_bfloat16 or mixed_float16, {_INSTEAD}"),
    "freeze": ("ROWS", f"'up to ROW', {_INSTEAD}"),
}
"""Keys of the recipe that an option can set, each with its value and a help."""

RECIPE_TOO = (
    "set a parameter of the spec, or a key of its recipe as "
    "training.optimizer.learning_rate=0.02; may be repeated"
)
"""What `--set` does where something is trained."""

OVERRIDES = tuple(key.replace("-", "_") for key in _OVERRIDES)
"""The same, as options bear them."""


def add_recipe(group: Any) -> None:
    """Add data, the keys of the recipe that an option can set, and first weights."""
    add_images(group)
    add_overrides(group, tuple(_OVERRIDES))
    source = "begin with the weights of a .keras, .h5 or .weights.h5 file, a run, "
    source += "or a name of keras.applications"
    group.add_argument("--init", metavar="SOURCE", help=source)
    group.add_argument(
        "--head",
        action="append",
        default=[],
        metavar="ROW",
        help="with --init, a row with which the head begins anew; may be repeated "
        "(default: the last rows with weights)",
    )


def add_images(group: Any) -> None:
    """Add the images that are trained on, and what they do not say themselves."""
    known = ", ".join(FACTS)
    folder = "a folder of class folders of images, or of .npy files, an .npz file, or "
    folder += "a .csv file that lists images"
    help = f"{known}, {folder} (default: the recipe's)"
    group.add_argument("--data", metavar="DATA", help=help)
    help = "where the archive of a published data set lies"
    group.add_argument("--data-dir", metavar="DIR", help=help)
    add_takings(group)


def add_overrides(group: Any, keys: Sequence[str]) -> None:
    """Add options that take the place of keys of the recipe."""
    for key in keys:
        name, help = _OVERRIDES[key]
        group.add_argument(f"--{key}", metavar=name, help=help)


def add_takings(group: Any) -> None:
    """Add what data do not say themselves."""
    for word, taking in TAKINGS.items():
        group.add_argument(
            f"--{word}",
            dest="takings",
            action="append_const",
            const=word,
            default=[],
            help=taking.help,
        )


def overrides_of(options: Any) -> dict[str, str]:
    """Return the texts that take the place of the recipe's, by its keys.

    Raises:
        UsageError: for a key that an option and `--set` give.
        SpecError: for another spec, whose recipe is wanted, that cannot be loaded.
    """
    given = {name.replace("_", " "): getattr(options, name, None) for name in OVERRIDES}
    found = {key: text for key, text in given.items() if text is not None}
    within = recipe_settings_of(options)
    for key in found:
        if SET + key in within:
            option = key.replace(" ", "-")
            raise UsageError(f"--{option} and --set {SET}{key} say the same: leave one")
    if RECIPE in found:
        found[RECIPE] = _recipe_of(found[RECIPE])
    return {**found, **within}


def _recipe_of(given: str) -> str:
    """Return a recipe as a text: the one that is given, or that of another spec."""
    if given.lstrip().startswith("{"):
        return given
    training = load_program(given).training
    if training is None:
        raise UsageError(f"--{RECIPE}: `{given}` has no recipe")
    return write_flow(training.at)


def asked_of(options: Any) -> dict[str, Any]:
    """Return what the options ask of whatever is trained, by fields of a request.

    Raises:
        UsageError: for a key that an option and `--set` give.
        SpecError: for another spec, whose recipe is wanted, that cannot be loaded.
    """
    names = ("spec", "data", "takings", "data_dir", "init", "head")
    given = {name: getattr(options, name) for name in names if hasattr(options, name)}
    settings, overrides = settings_of(options), overrides_of(options)
    return {**given, "settings": settings, "overrides": overrides}


def recipe_settings_of(options: Any) -> dict[str, str]:
    """Return the keys of the recipe that `--set` gives."""
    given = options.settings.items()
    return {name: text for name, text in given if name.startswith(SET)}


def settings_of(options: Any) -> dict[str, str]:
    """Return the parameters of the spec that `--set` gives."""
    given = options.settings.items()
    return {name: text for name, text in given if not name.startswith(SET)}


def refuse_what_is_read_once(options: Any) -> None:
    """Refuse a spec that is in no file: a run reads its spec again, and keeps it.

    Raises:
        UsageError: for standard input and pipes.
    """
    if is_read_once(options.spec):
        raise UsageError(
            "training keeps the file of its spec and reads it again: write it to one "
            f"and name that, received `{options.spec}`"
        )


def refuse_head_alone(options: Any) -> None:
    """Refuse a head without a source.

    Raises:
        UsageError: with what to add.
    """
    if options.head and options.init is None:
        raise UsageError("--head says what begins anew beside --init: name it, too")
