"""Constants: what a recipe fixes, and the names under which a script holds it."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_source.code import Assign
from archcompiler.backends.keras_source.layers import argument_piece
from archcompiler.backends.keras_source.layout import lay_out_statements
from archcompiler.training.compile_arguments import frozen_layers, layers_in_float32
from archcompiler.training.recipe import Recipe
from archcompiler.training.script.quoting import Fixed


def fixed_by(recipe: Recipe) -> dict[str, Fixed]:
    """Return what is known of the parameters of the functions that are quoted."""
    training, schedule = recipe.training, recipe.training.schedule
    height, width, _ = recipe.image
    return {
        "seed": Fixed(training.seed, "SEED"),
        "share": Fixed(training.validation, "VALIDATION"),
        "size": Fixed.literal((height, width)),
        "method": Fixed.literal(training.resize),
        "pixels": Fixed(training.pixels, "PIXELS"),
        "mean": Fixed(training.mean, "MEAN"),
        "deviation": Fixed(training.deviation, "DEVIATION"),
        "peak": Fixed(recipe.optimizer.learning_rate, "LEARNING_RATE"),
        "warm_up": Fixed(training.warm_up, "WARM_UP"),
        "schedule.name": Fixed.literal(schedule.name),
        "l2": Fixed.literal(training.l2),
    }


def constants_of(
    architecture: Architecture, recipe: Recipe, names: AbstractSet[str]
) -> Iterator[str]:
    """Yield the lines of the constants that a script asks for by their names."""
    training = recipe.training
    values = {
        "BATCH_SIZE": recipe.batch_size,
        "EPOCHS": recipe.epochs,
        "SEED": training.seed,
        "LEARNING_RATE": recipe.optimizer.learning_rate,
        "WARM_UP": training.warm_up,
        "CLASSES": recipe.classes,
        "VALIDATION": training.validation,
        "LIMIT": training.limit,
        "PIXELS": list(training.pixels or ()),
        "MEAN": list(training.mean),
        "DEVIATION": list(training.deviation),
        "IN_FLOAT32": layers_in_float32(architecture, recipe),
        "FROZEN": frozen_layers(architecture, recipe),
    }
    for name, value in values.items():
        if name in names:
            yield from lay_out_statements([Assign(name, argument_piece(value))], 0)
