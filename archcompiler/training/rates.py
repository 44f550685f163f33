"""The learning rate of every step, from the recipe alone."""

from archcompiler.language.recipe.schedules import Schedule
from archcompiler.training.recipe import Recipe


def learning_rate(recipe: Recipe, step: int, steps_per_epoch: int) -> float:
    """Return the rate of a step, counted from 0 over all epochs."""
    schedule, warm_up = recipe.training.schedule, recipe.training.warm_up
    peak = recipe.optimizer.learning_rate
    return rate_of_step(step, steps_per_epoch, recipe.epochs, peak, schedule, warm_up)


def rate_of_step(
    step: int,
    steps_per_epoch: int,
    epochs: int,
    peak: float,
    schedule: Schedule,
    warm_up: float,
) -> float:
    """Return the learning rate of a step, counted from 0 over all epochs."""
    rate = peak
    if schedule.name != "constant":
        rate *= schedule.share(step / steps_per_epoch, epochs)
    if warm_up:
        rate *= min(1.0, (step + 1) / (warm_up * steps_per_epoch))
    return rate
