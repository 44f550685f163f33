"""Parts: what the template of a script asks for, from one recipe."""

from collections.abc import Mapping, Set
from typing import Any

from archcompiler.backends.keras_source.code import (
    Assign,
    Piece,
    PythonCall,
    Return,
    Statement,
    literal,
)
from archcompiler.backends.keras_source.layers import Bare, argument_piece
from archcompiler.backends.keras_source.layout import (
    lay_out_expression,
    lay_out_statements,
)
from archcompiler.language.expressions.naming import slug
from archcompiler.language.forms.sections import NamedSection
from archcompiler.language.recipe.augmentation import (
    Augmentation,
    first_side,
    mixing_of,
)
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.language.recipe.training import BALANCED
from archcompiler.ops.base import Construct
from archcompiler.training.compile_arguments import compile_arguments
from archcompiler.training.history import metric_name, monitored
from archcompiler.training.recipe import Recipe
from archcompiler.training.script.choosing import ARRAYS
from archcompiler.training.script.constants import fixed_by
from archcompiler.training.script.quoting import Fixed, Quoted, quote, quote_all

AUGMENTING = [
    f"training/data/{name}.py"
    for name in ("augmenting", "moving", "values", "rand_augment")
]
"""What a script quotes where images are changed."""

_PIPELINE = "training/data/pipeline.py"


def parts_of(recipe: Recipe, data: str) -> dict[str, Any]:
    """Return the values of the template; what a recipe does not use is empty."""
    fixed = fixed_by(recipe)
    images = _images(recipe, data, fixed)
    known = {} if images["perhaps_validated"] else {"name": images["name"]}
    return {
        **images,
        **_best(recipe, known),
        **_batches(recipe, data, fixed),
        **_rates(recipe, fixed, known),
        **_model(recipe, fixed),
    }


# Images ---------------------------------------------------------------------


def _images(recipe: Recipe, data: str, fixed: Mapping[str, Fixed]) -> dict[str, Any]:
    """Return what tells where images come from, and by which the best epoch is told."""
    training = recipe.training
    given = data in FACTS and FACTS[data].validation
    held_back = not given and training.validation > 0
    perhaps = data == ARRAYS and not held_back  # then the files decide
    validated = given or held_back or perhaps
    monitor = monitored(recipe, _columns(recipe, validated))
    return {
        "data": data,
        "as_shades": quote("training/data/sources.py", "as_shades", fixed),
        "held_back": held_back,
        "hold_back": quote("training/data/images.py", "hold_back", fixed),
        "limited": training.limit is not None,
        "validated": validated,
        "perhaps_validated": perhaps,
        "without": literal(monitored(recipe, _columns(recipe, False))),
        "name": Fixed.literal(monitor),
    }


def _best(recipe: Recipe, fixed: Mapping[str, Fixed]) -> dict[str, Any]:
    """Return what tells the best epoch, and where a run ends before its last one."""
    history, stopping = "training/history.py", recipe.training.early_stopping
    over = None
    if stopping is not None:
        given = {
            "patience": Fixed.literal(stopping.patience),
            "min_delta": Fixed.literal(stopping.min_delta),
        }
        over = quote(history, "is_over", {**fixed, **given})
    return {
        "is_better": quote(history, "is_better", fixed),
        "is_over": over,
        "ends": "; ends early" if over else "",
    }


def _columns(recipe: Recipe, validated: bool) -> dict[str, float]:
    """Return the columns of the history by which the best epoch may be chosen."""
    if not validated:
        return {"loss": 0}
    head = f"{recipe.heads[0].layer}_" if len(recipe.heads) > 1 else ""
    names = map(metric_name, recipe.training.metrics)
    return {**{f"val_{head}{name}": 0 for name in names}, "val_loss": 0}


# Batches --------------------------------------------------------------------


def _batches(recipe: Recipe, data: str, fixed: Mapping[str, Fixed]) -> dict[str, Any]:
    """Return what makes batches of images: their order, size, changes and scale."""
    training = recipe.training
    first = first_side(training.augmentation)
    size = FACTS[data].image[:2] if data in FACTS and not first else None
    known = {"images.shape[1:3]": Fixed.literal(size)} if size else {}
    calls, mixing = training.augmentation, mixing_of(training.augmentation)
    changing = calls[:-1] if mixing else calls
    augmentations = _augmentations(calls, fixed)
    return {
        "order_of_epoch": quote("training/data/order.py", "order_of_epoch", fixed),
        "resize": quote(_PIPELINE, "resize", {**fixed, **known}),
        "augmentations": augmentations,
        "augment": _augment(changing, augmentations),
        "mixing": _mixing(len(changing), mixing) if mixing else None,
        "resized_first": first is not None,
        "scales": bool(training.pixels or training.mean or training.deviation),
        "scale": quote(_PIPELINE, "scale", fixed),
        "heads": len(recipe.heads),
    }


def _augmentations(
    calls: tuple[Augmentation, ...], fixed: Mapping[str, Fixed]
) -> list[Quoted]:
    """Return the functions that a recipe calls, each once."""
    drawing = ["draw_of"] * bool(calls) + ["parts_of"] * bool(mixing_of(calls))
    names = [slug(call.name) for call in calls]
    return quote_all(AUGMENTING, [*drawing, *names], fixed)


def _mixing(number: int, call: Augmentation) -> dict[str, str]:
    """Return the calls that mix a batch with its targets."""
    (arguments,) = call.plain().values()
    return {
        "draw": f"draw_of({number}, step, count)",
        "parts": f"parts_of({number}, step, count, {literal(arguments['alpha'])})",
        "mixed": f"{call.name}(images, targets, draw, parts)",
    }


def _augment(calls: tuple[NamedSection, ...], functions: list[Quoted]) -> str:
    """Return the function that changes a batch by each call in turn."""
    if not calls:
        return ""
    drawing = {each.name for each in functions if "draw" in each.parameters}
    pieces = [_augmentation(*numbered, drawing) for numbered in enumerate(calls)]
    statements: list[Statement] = [
        Assign("count", "tf.shape(images)[0]"),
        *(Assign("images", piece) for piece in pieces[:-1]),
    ]
    lines = [
        "def augment(images, step):",
        '    """Return a batch, changed at random; values are 0 to 255."""',
        *lay_out_statements([*statements, Return(pieces[-1])], 1),
    ]
    return "\n".join(lines)


def _augmentation(number: int, call: NamedSection, drawing: Set[str]) -> Piece:
    (arguments,) = call.plain().values()
    given = [(f"{name}=", argument_piece(value)) for name, value in arguments.items()]
    name = slug(call.name)
    drawn = [("", f"draw_of({number}, step, count)")] if name in drawing else []
    return PythonCall(name, (("", "images"), *drawn, *given))


# Learning rate --------------------------------------------------------------


def _rates(
    recipe: Recipe, fixed: Mapping[str, Fixed], column: Mapping[str, Fixed]
) -> dict[str, Any]:
    """Return what sets the rate of every step, nothing where it stays the same."""
    schedule = recipe.training.schedule
    constant = schedule.name == "constant"
    if constant and not recipe.training.warm_up:
        return {"scheduled": False, "share": None}
    share = None
    if not constant:
        (own,) = schedule.plain().values()
        known = {f"self.{name}": Fixed.literal(value) for name, value in own.items()}
        whole = "schedule.share(step / steps_per_epoch, epochs, 1 / steps_per_epoch)"
        if schedule.name == "plateau":
            whole = "schedule.share_after(rows, name)"
            known |= column
        method = whole.removeprefix("schedule.").partition("(")[0]
        path = f"{type(schedule).__name__}.{method}"
        share = quote("language/recipe/schedules.py", path, known)
        call = share.call(passed="step / steps_per_epoch", step="1 / steps_per_epoch")
        fixed = {**fixed, whole: Fixed(None, call)}
    rate = quote("training/rates.py", "rate_of_step", fixed)
    return {"scheduled": True, "share": share, "rate_of_step": rate}


# The model ------------------------------------------------------------------


def _model(recipe: Recipe, fixed: Mapping[str, Fixed]) -> dict[str, Any]:
    """Return what makes the compiled model."""
    training = recipe.training
    penalise = quote("training/compiling.py", "penalise_kernels", fixed)
    is_balanced = training.class_weights == BALANCED
    balance = quote("training/data/images.py", "balanced", fixed)
    return {
        "precision": training.precision,
        "frozen": bool(training.freeze.rows),
        "balanced": balance if is_balanced else None,
        "class_weight": _class_weight(recipe, balance),
        "penalise_kernels": penalise if training.l2 else None,
        "compile": _compile(recipe),
    }


def _class_weight(recipe: Recipe, balance: Quoted) -> str:
    """Return what `model.fit` is told of classes; nothing where all count the same."""
    weights = recipe.training.class_weights
    if weights == BALANCED:
        return balance.call(labels="training[1]", classes="CLASSES")
    return literal(dict(enumerate(weights))) if weights else ""


def _compile(recipe: Recipe) -> str:
    """Return the call of `model.compile`."""
    arguments = compile_arguments(recipe)
    arguments["optimizer"] = _with_rate(arguments["optimizer"])
    given = tuple((f"{k}=", argument_piece(value)) for k, value in arguments.items())
    return "\n".join(lay_out_expression(PythonCall("model.compile", given), 1))


def _with_rate(optimizer: Construct) -> Construct:
    """Return an optimizer that is told the constant of the learning rate."""
    others = [pair for pair in optimizer.keywords if pair[0] != "learning_rate"]
    keywords = (("learning_rate", Bare("LEARNING_RATE")), *others)
    return Construct(optimizer.path, optimizer.positional, keywords)
