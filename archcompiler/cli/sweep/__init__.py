"""`archc sweep`: the variants of a sweep, compared and trained."""

import argparse
from typing import Any

from archcompiler.cli.commands import (
    SPEC,
    add_command,
    add_format,
    add_settings,
    add_sort,
    count,
)
from archcompiler.cli.recipe_arguments import OVERRIDES, add_recipe
from archcompiler.cli.usage import UsageError, refuse_given
from archcompiler.language.text.notation import read_quantity

_OF_TRAINING = ("folder", "data", "takings", "data_dir", *OVERRIDES, "init", "head")


def add_sweep(commands: Any) -> None:
    """Add `archc sweep`."""
    examples = (
        "googlenet-digits",
        "my-sweep.yaml --max-macs 50M --sort macs",
        "my-sweep.yaml --only width=0.5 --train",
        "my-sweep.yaml --train --search 20",
        "--resume sweeps/my-sweep",
    )
    help = "compare the variants of a spec's sweep, and train those that are chosen"
    command = add_command(commands, "sweep", help, examples)
    command.add_argument("spec", metavar="SPEC", nargs="?", help=SPEC)
    add_settings(command)
    _add_choosing(command)
    _add_training(command.add_argument_group("training"))


def _add_choosing(command: argparse.ArgumentParser) -> None:
    for what, help in (
        ("parameters", "leave out variants of more parameters: 1.5M"),
        ("macs", "leave out variants of more multiply-adds: 2G"),
        ("memory", "leave out variants whose training step takes more bytes: 2G"),
    ):
        command.add_argument(f"--max-{what}", type=quantity, metavar="N", help=help)
    command.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="NAME",
        help="only the variant of this name, or those with these values: "
        "'width=0.5 batch-size=32'; may be repeated",
    )
    help = "the cheapest first (default: as in the spec)"
    add_sort(command, ("params", "macs", "memory"), help)
    add_format(command)


def _add_training(group: Any) -> None:
    group.add_argument("--train", action="store_true", help="train what is left")
    for flag, help in (
        ("--folder", "the folder of the sweep (default: sweeps/NAME)"),
        ("--resume", "go on with the sweep in DIR, as it began"),
    ):
        group.add_argument(flag, metavar="DIR", help=help)
    add_recipe(group)
    for flag, help in (
        ("--jobs", "so many runs at once (default 1)"),
        ("--search", "let Optuna choose N variants of the grid, one after another"),
        ("--save-every", "save also within epochs, every N steps"),
    ):
        group.add_argument(flag, type=count(), metavar="N", help=help)


def quantity(text: str) -> int:
    """Return a number that may end in K, M, G or T, in units of 1,000."""
    try:
        return read_quantity(text.upper())
    except ValueError:
        message = f"expected a number such as 500K, 1.5M or 2G, received {text!r}"
        raise argparse.ArgumentTypeError(message) from None


def run(options: Any) -> int:
    """Compare, and train where that is asked for; return 1 where nothing is left.

    Raises:
        UsageError: for a wrong combination of options.
    """
    if (options.spec is None) == (options.resume is None):
        raise UsageError(
            "name a SPEC to sweep, or a sweep to `--resume`, one of the two"
        )
    if options.train or options.search or options.resume:
        from archcompiler.cli.sweep.training import train_sweep

        return train_sweep(options)
    from archcompiler.checking.sweeping import weigh
    from archcompiler.cli.sweep.comparison import (
        bounds_of,
        load_base,
        refuse_unknown,
        show,
    )
    from archcompiler.language.variants.sweeps import points_of, sweep_of

    given = (*_OF_TRAINING, "jobs", "save_every")
    refuse_given(options, given, "{} is for training: add --train")
    base = load_base(options.spec, options.settings)
    bounds = bounds_of(options)
    refuse_unknown(bounds.names, sweep_of(base))
    weighed = weigh(base, points_of(sweep_of(base)), options.settings)
    return show(base, weighed, bounds, options.format, options.sort)
