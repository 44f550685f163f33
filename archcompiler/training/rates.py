"""The learning rate of every step, from the recipe alone."""

from archcompiler.training.recipe import Recipe


def learning_rate(recipe: Recipe, step: int, steps_per_epoch: int) -> float:
    """Return the rate of a step, counted from 0 over all epochs."""
    passed = step / steps_per_epoch
    training = recipe.training
    rate = recipe.optimizer.learning_rate
    rate *= training.schedule.share(passed, recipe.epochs)
    if passed < training.warm_up:
        rate *= min(1.0, (step + 1) / (training.warm_up * steps_per_epoch))
    return rate
