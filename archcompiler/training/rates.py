"""The learning rate of every step, from the recipe and the epochs before it."""

from collections.abc import Sequence

from archcompiler.language.recipe.schedules import Schedule
from archcompiler.training.history import Row, monitored
from archcompiler.training.recipe import Recipe


def learning_rate(
    recipe: Recipe, step: int, steps_per_epoch: int, rows: Sequence[Row] = ()
) -> float:
    """Return the rate of a step, counted from 0 over all epochs; `rows` are those done.

    Only a schedule that waits for better epochs asks for them.
    """
    return rate_of_step(
        step,
        steps_per_epoch,
        recipe.epochs,
        recipe.optimizer.learning_rate,
        recipe.training.schedule,
        recipe.training.warm_up,
        rows,
        monitored(recipe, rows[-1]) if rows else "",
    )


def rate_of_step(
    step: int,
    steps_per_epoch: int,
    epochs: int,
    peak: float,
    schedule: Schedule,
    warm_up: float,
    rows: Sequence[Row],
    name: str,
) -> float:
    """Return the learning rate of a step, counted from 0 over all epochs."""
    rate = peak
    if schedule.name == "plateau":
        rate *= schedule.share_after(rows, name)
    if schedule.name not in ("constant", "plateau"):
        rate *= schedule.share(step / steps_per_epoch, epochs, 1 / steps_per_epoch)
    if warm_up:
        rate *= min(1.0, (step + 1) / (warm_up * steps_per_epoch))
    return rate
