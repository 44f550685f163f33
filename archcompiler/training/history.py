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

    What `monitor` says of the first output, on the validation set; where there is none,
    the loss.
    """
    first, what = recipe.heads[0].layer, metric_name(recipe.training.monitor)
    wanted = (f"val_{what}", f"val_{first}_{what}", "val_loss", "loss")
    return next(name for name in wanted if name in row)


def metric_name(metric: str) -> str:
    """Return the name that Keras gives to a metric."""
    return metric.replace("-", "_").replace(" ", "_")


def metric_told(name: str) -> str:
    """Return what people call what Keras names so: `top-5 accuracy`."""
    return name.replace("_", " ").replace("top ", "top-", 1)


def is_better(name: str, row: Row, best: Row | None) -> bool:
    """Whether a row is better than the best so far; of equal ones the lower loss is."""
    if best is None:
        return True
    if name.endswith("loss"):
        return row[name] < best[name]
    if row[name] == best[name]:
        return row["val_loss"] < best["val_loss"]
    return row[name] > best[name]


def is_over(rows: Sequence[Row], name: str, patience: int, min_delta: float) -> bool:
    """Whether so many epochs were no better, by as much, than the best before them."""
    sign = 1
    if name.endswith("loss"):
        sign = -1
    best, waited = float("-inf"), 0
    for row in rows:
        waited += 1
        if sign * row[name] - min_delta > best:
            best, waited = sign * row[name], 0
    return waited >= patience


def stops_early(recipe: Recipe, rows: Sequence[Row]) -> bool:
    """Whether a run ends before its last epoch."""
    stopping = recipe.training.early_stopping
    if stopping is None or not rows:
        return False
    name = monitored(recipe, rows[-1])
    return is_over(rows, name, stopping.patience, stopping.min_delta)


def told(column: str, heads: Sequence[Head] = ()) -> str:
    """Return what people call a column: outputs by the names that the spec gives."""
    name = column.removeprefix("val_")
    for head in heads:
        own = name.removeprefix(f"{head.layer}_")
        if own != name:
            name = f"{head.name} {metric_told(own)}"
            break
    else:
        name = metric_told(name)
    return name if column == column.removeprefix("val_") else f"validation {name}"
