"""How long figures take: random networks to draw, and their time per layer."""

import gc
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

NEAR = 40
"""How many layers back a random layer takes a second input."""


def random_rows(layers: int) -> str:
    """Return a spec of as many rows, each a random layer that takes one before it.

    Names are equally long in all sizes: a longer one is broken into lines.
    """
    rows = [f"  - [row {at:05}, {_layer(at, 'row')}]" for at in range(layers)]
    columns = "  columns: [name, type, patch, filters, padding, from]"
    return "\n".join([_HEAD, "table:", columns, "  rows:", *rows, ""])


def random_block(layers: int) -> str:
    """Return a spec of one row, whose block has as many steps, randomly wired."""
    head = [_HEAD, "blocks:", "  net:", "    sequence:"]
    steps = [f"    - {_step(at)}" for at in range(layers)]
    table = ["table: {columns: [name, type], rows: [[row, net]]}", ""]
    return "\n".join([*head, *steps, *table])


def seconds_per_layer(
    folder: Path, text: Callable[[int], str], kind: str
) -> list[float]:
    """Return the time from the checked table to SVG, for 1,000 layers and 10,000.

    It is the processor's time, as others may want the machine.
    """
    from archcompiler import load

    found = []
    for layers in (1_000, 10_000):
        path = folder / f"{text.__name__}_{layers}.yaml"
        path.write_text(text(layers))
        architecture = load(path)
        times = []
        for _ in range(3):
            gc.collect()
            start = time.process_time()
            architecture.plot(kind).to_svg()
            times.append(time.process_time() - start)
        found.append(statistics.median(times) / layers)
    return found


_HEAD = "name: random\ninput: 16x16x8"


def _layer(at: int, name: str) -> str:
    """Return the cells of a random row: every value has the shape of the input."""
    random = Random(at)
    kind = random.choice(["Conv2D", "relu", "BatchNormalization", "pool", "add"])
    if kind == "add" and at > 1:
        other = random.randrange(max(0, at - NEAR), at - 1)
        return f"add, ~, ~, ~, [{name} {at - 1:05}, {name} {other:05}]"
    if kind == "pool":
        return "MaxPooling2D, 3x3/1, ~, same, ~"
    if kind in ("Conv2D", "add"):
        return f"Conv2D, {random.choice(['1x1', '3x3', '5x5'])}, 8, same, ~"
    return f"{kind}, ~, ~, ~, ~"


def _step(at: int) -> str:
    """Return a random step of a block."""
    kind, patch, filters, padding, source = _layer(at, "step").split(", ", 4)
    given = {"patch": patch, "filters": filters, "padding": padding, "from": source}
    told = "".join(
        [f", {key}: {value}" for key, value in given.items() if value != "~"]
    )
    return f"{kind}: {{name: step {at:05}{told}}}"
