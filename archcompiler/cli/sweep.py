"""`archc sweep`: the variants of a sweep, compared and trained."""

from typing import Any

from archcompiler.checking.sweeping import weigh
from archcompiler.cli.recipe_arguments import OVERRIDES
from archcompiler.cli.sweep_comparison import (
    bounds_of,
    load_base,
    refuse_unknown,
    show,
)
from archcompiler.cli.usage import UsageError, refuse_given
from archcompiler.language.variants.sweeps import points_of, sweep_of

_OF_TRAINING = ("folder", "data", "data_dir", *OVERRIDES, "init", "head")


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
        from archcompiler.cli.sweep_training import train_sweep

        return train_sweep(options)
    given = (*_OF_TRAINING, "jobs", "save_every")
    refuse_given(options, given, "{} is for training: add --train")
    base = load_base(options.spec, options.settings)
    bounds = bounds_of(options)
    refuse_unknown(bounds.names, sweep_of(base))
    weighed = weigh(base, points_of(sweep_of(base)), options.settings)
    return show(base, weighed, bounds, options.format, options.sort)
