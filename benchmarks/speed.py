"""Speed as ratios in one run: `python -m benchmarks.speed`.

Absolute times on shared machines are noise; a ratio of interleaved medians is not. Each
line prints the ratio, its bound, and the medians that it was made of.
"""

import argparse
import gc
import itertools
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from benchmarks.drawing import random_block, random_rows, seconds_per_layer

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


class Ratio(NamedTuple):
    """A measured ratio and the bound that it should keep."""

    what: str
    value: float
    bound: float
    detail: str

    @property
    def kept(self) -> bool:
        """Whether the bound holds."""
        return self.value <= self.bound

    def __str__(self) -> str:
        mark = "ok  " if self.kept else "OVER"
        bound = f"at most {self.bound:.4f}"
        return f"{mark} {self.what}: {self.value:.4f} ({bound}); {self.detail}"


def interleaved(
    first: Callable[[], object],
    second: Callable[[], object],
    pairs: int,
) -> tuple[float, float]:
    """Return the median seconds of two calls, made in turn after one warm-up each."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(pairs + 1):
        for call, found in zip((first, second), times, strict=True):
            gc.collect()
            start = time.perf_counter()
            call()
            if number:
                found.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def looped(call: Callable[[], object], times: int) -> float:
    """Return the median seconds of a call, made many times after a warm-up."""
    found = []
    for number in range(times + 1):
        start = time.perf_counter()
        call()
        if number:
            found.append(time.perf_counter() - start)
    return statistics.median(found)


def text_to_totals_against_keras(folder: Path, pairs: int) -> Iterable[Ratio]:
    """Measure YAML text to verified totals against building the model in Keras.

    Each text is another one, so that nothing that was read before is known. A second
    ratio reads the same text again, as variants of one base do, with the caches of the
    processor cold: a Keras build runs before each reading.
    """
    import archcompiler
    from archcompiler.language.loading.places import shipped_folder

    build = renamed(archcompiler.load("googlenet"))
    text = (shipped_folder() / "googlenet.yaml").read_text("utf-8")
    paths = itertools.cycle(folder / f"googlenet{n}.yaml" for n in range(200))
    for number in range(200):
        next(paths).write_text(f"{text}\n# {number}\n")

    def check_new() -> None:
        assert archcompiler.load(next(paths)).parameters == 6_998_552

    def check_known() -> None:
        assert archcompiler.load("googlenet").parameters == 6_998_552

    yield _against_keras("a new text", looped(check_new, 5 * pairs), looped(build, 10))
    check_known()
    yield _against_keras("a known text", *interleaved(check_known, build, pairs))


def _against_keras(what: str, ours: float, keras: float) -> Ratio:
    detail = f"{ours * 1e3:.2f} ms against {keras * 1e3:.0f} ms: 1/{keras / ours:.0f}"
    name = f"{what} to verified totals / Keras building"
    return Ratio(name, ours / keras, 1 / 80, detail)


def renamed(architecture) -> Callable[[], object]:
    """Return a build of the model under fresh layer names each time.

    Keras caches kernels by layer name: a second build of the same names looks fast.
    """
    fresh = itertools.count()
    nodes = [(node, node.name) for node in architecture.graph]

    def build() -> object:
        prefix = f"run{next(fresh)}_"
        for node, name in nodes:
            node.name = prefix + name
        return architecture.to_keras()

    return build


def to_keras_against_by_hand(pairs: int) -> Ratio:
    """Measure `to_keras()` against the articles' hand-written model, names fresh."""
    import archcompiler
    from benchmarks.articles import googlenet_cifar10

    build = renamed(archcompiler.load("googlenet-cifar10"))
    ours, by_hand = interleaved(build, googlenet_cifar10, pairs)
    detail = (
        f"{ours * 1e3:.0f} ms against {by_hand * 1e3:.0f} ms, {pairs} interleaved pairs"
    )
    return Ratio("to_keras() / hand-written Keras", ours / by_hand, 1.05, detail)


def cold_check(pairs: int) -> Iterable[Ratio]:
    """Measure a cold `archc check googlenet` against its imports and Keras."""
    python = sys.executable
    check = [python, "-m", "archcompiler", "check", "googlenet"]
    imports = [python, "-c", "import archcompiler.__main__, archcompiler.cli.check"]
    build = [
        python,
        "-c",
        "import archcompiler; archcompiler.load('googlenet').to_keras()",
    ]
    ours, base = interleaved(lambda: run(check), lambda: run(imports), pairs)
    detail = f"{ours * 1e3:.0f} ms against {base * 1e3:.0f} ms"
    yield Ratio("cold check / its imports", ours / base, 1.25, detail)
    ours, keras = interleaved(
        lambda: run(check), lambda: run(build), max(3, pairs // 8)
    )
    detail = f"{ours:.2f} s against {keras:.2f} s"
    yield Ratio("cold check / cold Keras build", ours / keras, 1 / 7, detail)


def cold_plot(pairs: int) -> Ratio:
    """Measure a cold `archc plot googlenet` against a cold check."""
    archc = [sys.executable, "-m", "archcompiler"]
    ours, alone = interleaved(
        lambda: run([*archc, "plot", "googlenet"]),
        lambda: run([*archc, "check", "googlenet"]),
        pairs,
    )
    detail = f"{ours * 1e3:.0f} ms against {alone * 1e3:.0f} ms"
    return Ratio("cold plot / cold check", ours / alone, 1.3, detail)


def drawing(folder: Path) -> Iterable[Ratio]:
    """Measure the time per layer of figures of 1,000 random layers and 10,000."""
    for text, kind in (
        (random_rows, "sheet"),
        (random_rows, "strip"),
        (random_rows, "full"),
        (random_block, "sheet"),
    ):
        few, many = seconds_per_layer(folder, text, kind)
        detail = f"10,000 layers in {many * 1e4:.2f} s"
        what = f"{kind} of {text.__name__}, time per layer, 10,000 / 1,000"
        yield Ratio(what, many / few, 1.3, detail)


def run(command: list[str]) -> None:
    """Run a process to its end."""
    subprocess.run(command, check=True, capture_output=True)


def growth(folder: Path) -> Ratio:
    """Measure the time per layer of tables with 1,000, 10,000 and 100,000 layers.

    It is the processor's time: one thread does all, and others may want the machine.
    The least of several rounds counts: what else runs only adds, and adds most to what
    is short; a median of few rounds made 1,000 layers look dearer than 10,000. A
    small table is loaded before: it imports what is imported late. The bound is one
    for each tenfold, as that of drawing is: a table that outgrows the processor's
    caches takes a fifth more a layer, and work that is not linear several times more.
    """
    from archcompiler import load

    tables = {layers: generated_table(layers) for layers in (1_000, 10_000, 100_000)}
    per_layer = dict.fromkeys(tables, math.inf)
    path = folder / "generated.yaml"
    load(generated_table(10))
    for number in range(5):
        for layers, text in tables.items():
            for again in range(10_000 // layers or 1):
                path.write_text(f"{text}\n# {number} {again}\n")
                gc.collect()
                start = time.process_time()
                architecture = load(path)
                took = time.process_time() - start
                assert len(architecture.graph) == layers + 1
                del architecture
                per_layer[layers] = min(per_layer[layers], took / layers * 1e6)
    detail = ", ".join(f"{n:,}: {us:.1f} us" for n, us in per_layer.items())
    ratio = max(more / few for few, more in itertools.pairwise(per_layer.values()))
    return Ratio("time per layer of ten times as many layers", ratio, 1.3, detail)


def generated_table(layers: int) -> str:
    """Return a spec whose table has one convolution per row."""
    rows = "\n".join(
        f"  - [layer {number}, conv, 3x3/1, {8 + number % 5}, 16x16x{8 + number % 5}]"
        for number in range(layers)
    )
    return f"""name: generated
input: 16x16x8
blocks:
  conv:
    columns: [patch, filters]
    sequence: [Conv2D: {{patch: <patch>, filters: <filters>, padding: same}}]
table:
  columns: [name, type, patch, filters, output size]
  rows:
{rows}
"""


def a_sweep(folder: Path, pairs: int) -> Ratio:
    """Measure a point of a sweep of networks against checking the base alone."""
    from archcompiler import load
    from archcompiler.checking.sweeping import weigh
    from archcompiler.language.loading.loading import load_program
    from archcompiler.language.variants.sweeps import points_of, sweep_of

    axes = f"{{classes: {list(range(2, 52))}}}, cells: {{3a: {{5x5: [8, 16, 24, 32]}}}}"
    path = folder / "swept.yaml"
    path.write_text(
        f"name: swept\nextends: googlenet\nsweep: {{grid: {{parameters: {axes}}}}}\n"
    )

    def sweep() -> None:
        base = load_program(path)
        assert len(weigh(base, points_of(sweep_of(base)))) == 200

    ours, alone = interleaved(sweep, lambda: load("googlenet"), max(3, pairs // 4))
    detail = f"{200 / ours:.0f} points in a second, {alone * 1e3:.2f} ms for the base"
    return Ratio(
        "a point of a sweep / a check of the base", ours / 200 / alone, 1.2, detail
    )


def measure(folder: Path, pairs: int, with_keras: bool) -> Iterable[Ratio]:
    """Measure everything, one ratio after the other."""
    yield growth(folder)
    yield a_sweep(folder, pairs)
    yield from drawing(folder)
    yield cold_plot(pairs)
    if with_keras:
        yield from text_to_totals_against_keras(folder, pairs)
        yield to_keras_against_by_hand(pairs)
        yield from cold_check(pairs)


def main() -> int:
    """Print every ratio; exit 1 when one is over its bound."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=40, help="interleaved pairs")
    parser.add_argument(
        "--without-keras", action="store_true", help="only what is fast"
    )
    options = parser.parse_args()
    ratios: list[Ratio] = []
    with tempfile.TemporaryDirectory() as folder:
        for ratio in measure(Path(folder), options.pairs, not options.without_keras):
            ratios.append(ratio)
            print(ratio, flush=True)
    return 0 if all(ratio.kept for ratio in ratios) else 1


if __name__ == "__main__":
    raise SystemExit(main())
