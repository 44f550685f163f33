"""The history: a row for each epoch, as `history.csv` has it."""

from collections.abc import Mapping, Sequence

from archcompiler.separated import comma_separated
from archcompiler.training.recipe import Head, Recipe

Row = Mapping[str, float]


def history_text(rows: Sequence[Row]) -> str:
    """Return the rows as CSV; numbers in full, so that equal runs have equal files."""
    columns = list(rows[0]) if rows else []
    return comma_separated([columns, *([row[c] for c in columns] for row in rows)])


def monitored(recipe: Recipe, row: Row) -> str:
    """Return the column by which the best epoch is chosen.

    The accuracy of the first output on the validation set; without one, the loss.
    """
    first = recipe.heads[0].layer
    wanted = ("val_accuracy", f"val_{first}_accuracy", "val_loss", "loss")
    return next(name for name in wanted if name in row)


def is_better(name: str, row: Row, best: Row | None) -> bool:
    """Whether a row is better than the best one so far."""
    if best is None:
        return True
    if name.endswith("loss"):
        return row[name] < best[name]
    return row[name] > best[name]


def told(column: str, heads: Sequence[Head] = ()) -> str:
    """Return what people call a column: outputs by the names that the spec gives."""
    name = column.removeprefix("val_")
    for head in heads:
        own = name.removeprefix(f"{head.layer}_")
        if own != name:
            name = f"{head.name} {own}"
            break
    return name if column == column.removeprefix("val_") else f"validation {name}"
