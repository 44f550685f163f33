"""Recipes drawn at random, as YAML: each key now and then, with one of some values."""

import random
from collections.abc import Iterator

CHOICES = {
    "data": ["digits", "mnist", "fashion_mnist"],
    "limit": ["100"],
    "validation": ["0", "0.15"],
    "resize": ["nearest", "bicubic", "area"],
    "pixels": ["[-1, 1]", "as they are", "[0, 2.5]"],
    "mean": ["[0.1307]", "[-3]"],
    "deviation": ["[0.3081]"],
    "augmentation": [
        "[flip]",
        "[crop: {pad: 2}, flip: {axis: vertical}]",
        "[brightness: {by: 0.1}, contrast: {by: 0.25}, brightness: {by: 0.3}]",
        "[resizing: {to: 20}, crop: {pad: 2}, rotation: {degrees: 9}]",
        "[resized crop, zoom: {by: 0.1}, translation: {by: 0.1}, erasing]",
        *("[mixup]", "[flip, cutmix]"),
    ],
    "optimizer": [
        "Adam",
        "SGD: {learning_rate: 0.01, momentum: 0.9, nesterov: true, global_clipnorm: 1}",
        "AdamW: {weight_decay: 1e-4, beta_1: 0.8, beta_2: 0.99, epsilon: 1e-8}",
        "RMSprop: {rho: 0.8, centered: true, clipnorm: 0.1}",
        "Lion: {use_ema: true, gradient_accumulation_steps: 2, clipvalue: 1}",
    ],
    "schedule": [
        *("cosine", "cosine: {to: 0.05}", "step: {factor: 0.96, every: 8}"),
        *("milestones: {after: [2, 4]}", "exponential: {factor: 0.9, staircase: true}"),
        *("polynomial: {power: 2}", "one cycle", "plateau: {patience: 1, to: 0.1}"),
    ],
    "warm-up": ["1", "2.5"],
    "losses": [
        "categorical crossentropy",
        "mean squared error",
        "{soft: categorical crossentropy, auxiliary: binary crossentropy}",
        "categorical focal crossentropy: {gamma: 1}",
    ],
    "loss weights": ["{soft: 1, auxiliary: 0.3}"],
    "metrics": ["[top-5 accuracy]", "[accuracy, top-3 accuracy]"],
    "monitor": ["loss"],
    "early stopping": ["{patience: 2}", "{patience: 1, min_delta: 0.1}"],
    "l2": ["0.0005"],
    "label smoothing": ["0.1"],
    "precision": ["mixed_bfloat16", "mixed_float16"],
    "xla": ["true"],
    "seed": ["7", "123456789"],
}
NEEDED = {"optimizer", "losses"}
SPEC = """\
name: drawn
input: 28x28x1
table:
  columns: [name, type, units, from]
  rows:
  - [flat,      Flatten]
  - [scores,    Dense, 10]
  - [soft,      softmax]
  - [auxiliary, Dense, 10, flat]
outputs: [soft, auxiliary]
training:
  batch size: 32
  epochs: 5
"""


def random_spec(seed: int) -> str:
    """Return a spec with two heads and a recipe that follows from the seed."""
    draw = random.Random(seed)
    share = draw.random()
    keys = [key for key in CHOICES if key in NEEDED or draw.random() < share]
    return _spec({key: draw.choice(CHOICES[key]) for key in keys})


def specs_of_one_choice() -> Iterator[str]:
    """Yield for every choice a spec that makes it, and no other."""
    least = {key: CHOICES[key][0] for key in CHOICES if key in NEEDED}
    for key, choices in CHOICES.items():
        for choice in choices:
            yield _spec({**least, key: choice})


def _spec(recipe: dict[str, str]) -> str:
    if recipe["losses"] == "mean squared error":
        recipe.pop("label smoothing", None)  # refused
    for key in ("optimizer", "schedule", "losses"):
        call = recipe.get(key, "constant")
        bare = ":" not in call or call.startswith("{")
        recipe[key] = call if bare else f"{{{call}}}"
    return SPEC + "".join(f"  {key}: {value}\n" for key, value in recipe.items())
