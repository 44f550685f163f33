"""The contact sheet: images as they are, and as the first steps change them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from archcompiler.language.recipe.augmentation import Augmentation, Resizing
from archcompiler.training.data.images import ImageSet
from archcompiler.training.data.pipeline import redrawn_batches
from archcompiler.training.figures import new_figure, save_figure
from archcompiler.training.recipe import Recipe

ALL = "all in turn"
_SIDE = 0.9
"""How wide an image is drawn, in inches."""

_GAP = 0.04
"""How far images lie apart, as a share of their width."""

_LETTER = 0.08
"""How wide a letter is at most, in inches."""

_DPI = 150


class Stage(NamedTuple):
    """Images that some of a recipe's changes were made to, by their numbers."""

    title: str
    calls: Sequence[int]


def stages_of(calls: Sequence[Augmentation]) -> list[Stage]:
    """Return a stage for each change alone, with its own draws, and one for all.

    What says in which size images are changed belongs to every stage.
    """
    sizes = [n for n, call in enumerate(calls) if isinstance(call, Resizing)]
    stages = [
        Stage(_written(call), [*sizes, number])
        for number, call in enumerate(calls)
        if number not in sizes
    ]
    if len(stages) == 1:
        return stages
    return [*stages, Stage(ALL if stages else _written(calls[0]), range(len(calls)))]


def _written(call: Augmentation) -> str:
    """Return a change as a recipe has it, without what is default."""
    ((name, arguments),) = call.written().items()
    given = [
        f"{key}: {value:g}" if isinstance(value, float) else f"{key}: {value}"
        for key, value in arguments.items()
    ]
    return f"{name}: {{{', '.join(given)}}}" if given else name


def images_of(
    images: ImageSet, recipe: Recipe, stage: Stage, count: int, steps: int
) -> Any:
    """Return the first images of the first batch: steps x count x height x width x 3.

    Each step draws its own numbers; the first one's images are what it trains on.
    """
    batches = redrawn_batches(images, recipe, stage.calls, count, steps)
    shown = np.stack([np.asarray(batch) for batch in batches])
    shown = np.clip(shown.round(), 0, 255).astype(np.uint8)
    return np.repeat(shown, 3, axis=-1) if shown.shape[-1] == 1 else shown


def write_sheet(
    images: ImageSet, recipe: Recipe, path: Path, count: int, steps: int
) -> bool:
    """Draw the sheet: a panel for a stage, a row for an image, a column for a step.

    Return whether it could be done: matplotlib may not be installed.
    """
    stages = stages_of(recipe.training.augmentation)
    before = images_of(images, recipe, Stage("", ()), count, 1)
    changed = [images_of(images, recipe, stage, count, steps) for stage in stages]
    panels = [_mosaic(np.concatenate([before, each])) for each in changed]
    titles = [stage.title.replace(": {", ":\n{") for stage in stages]
    return _draw(titles, panels, before.shape[3], steps, path)


def _draw(
    titles: Sequence[str],
    panels: Sequence[Any],
    width: int,
    steps: int,
    path: Path,
) -> bool:
    """Draw panels below each other, their titles at the left, their steps above."""
    high, wide, _ = (_SIDE / width * size for size in panels[0].shape)
    longest = max(len(line) for title in titles for line in title.split("\n"))
    left, top = 0.2 + _LETTER * longest, 0.3
    whole = (left + wide + 0.1, top + len(panels) * (high + 0.1))
    enlarged = max(1, round(_DPI * _SIDE / width))
    figure = new_figure("", *whole, min(2 * _DPI, enlarged * width / _SIDE))
    if figure is None:
        return False
    figure.set_layout_engine("none")
    for number, (title, panel) in enumerate(zip(titles, panels, strict=True)):
        low = whole[1] - top - number * (high + 0.1) - high
        place = (left / whole[0], low / whole[1], wide / whole[0], high / whole[1])
        axes = figure.add_axes(place)
        axes.imshow(panel, interpolation="antialiased", aspect="auto")
        axes.set_axis_off()
        _write(figure, left - 0.1, low + high / 2, title, ha="right")
    for column in range(steps + 1):
        middle = left + (column * (1 + _gap(width) / width) + 0.5) * _SIDE
        said = f"step {column}" if column else "as it is"
        _write(figure, middle, whole[1] - top + 0.12, said, ha="center")
    save_figure(figure, path)
    return True


def _write(figure: Any, x: float, y: float, text: str, ha: str) -> None:
    """Write a text at a place in inches."""
    width, height = figure.get_size_inches()
    figure.text(x / width, y / height, text, ha=ha, va="center", fontsize=9)


def _mosaic(shown: Any) -> Any:
    """Return images beside and below each other, on white."""
    columns, rows, height, width, _ = shown.shape
    gap = _gap(width)
    whole = (rows * (height + gap) - gap, columns * (width + gap) - gap, 3)
    mosaic = np.full(whole, 255, np.uint8)
    for column, row in np.ndindex(columns, rows):
        top, left = row * (height + gap), column * (width + gap)
        mosaic[top : top + height, left : left + width] = shown[column, row]
    return mosaic


def _gap(width: int) -> int:
    return max(1, round(_GAP * width))
