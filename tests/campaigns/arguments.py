"""Random specs, emitted and called with other arguments, counted.

`PYTHONPATH=tests python tests/campaigns/arguments.py --specs 5000` runs on a pretended
Keras; `--keras` builds with the real one, and compares every layer's config and inputs.
There, every 50 specs have a process of their own, so that memory stays bounded.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from source.live import describe, run_source
from source.pretend import agree
from source.random_specs import RandomSpec
from source.test_random_specs import OTHERS, lint, other_arguments

import archcompiler
from archcompiler import SpecError

LARGEST = 2**26  # bytes that building a model may take
SLICE = 50  # specs of one process that runs Keras
CAME_TO = {
    True: "calls that both take",
    False: "calls that both refuse",
    None: "calls too large to build",
}


def main() -> None:
    """Run the campaign; print what it came to, and fail at the first difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--specs", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keras", action="store_true")
    options = parser.parse_args()
    counted: Counter[str] = Counter()
    seeds = range(options.first, options.first + options.specs)
    size = SLICE if options.keras else len(seeds)
    slices = [seeds[at : at + size] for at in range(0, len(seeds), size)]
    context = get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, context, max_tasks_per_child=1) as processes,
    ):
        run = partial(try_specs, Path(folder), options.keras)
        for part in processes.map(run, slices):
            counted += part
        lint(Path(folder))
    for what, number in sorted(counted.items()):
        print(f"{number:>8,}  {what}")


def try_specs(folder: Path, real: bool, seeds: range) -> Counter[str]:
    """Try some specs; return what they came to."""
    counted: Counter[str] = Counter()
    for seed in seeds:
        try_spec(folder, seed, real, counted)
    return counted


def try_spec(folder: Path, seed: int, real: bool, counted: Counter[str]) -> None:
    """Try one spec with its own parameters and with others."""
    path = folder / f"random_{seed}.yaml"
    path.write_text(RandomSpec(seed).text())
    try:
        architecture = archcompiler.load(path)
        source = architecture.to_source()
    except SpecError:
        counted["specs that are refused"] += 1
        return
    if real and architecture.building_bytes > LARGEST:
        counted["specs too large to build"] += 1  # and what the spec refuses of them
        return
    counted["specs emitted and linted"] += 1
    path.with_suffix(".py").write_text(source)
    for number in range(OTHERS + 1):
        given = other_arguments(seed, number, source)
        compare = agree_in_keras if real else agree
        try:
            taken = compare(path, source, given)
        except BaseException:
            print(f"seed {seed}, arguments {given}")
            raise
        counted[CAME_TO[taken]] += 1


def agree_in_keras(spec: Path, source: str, given: Mapping[str, Any]) -> bool | None:
    """Hold what Keras builds of source against the live model; None if it is large."""
    import keras

    keras.backend.clear_session()
    build = run_source(source)
    try:
        architecture = archcompiler.load(spec, **given)
    except SpecError:
        try:
            build(**given)
        except Exception:  # TensorFlow has refusals of its own
            return False
        raise AssertionError("the spec refuses what the builder takes") from None
    if architecture.building_bytes > LARGEST:
        return None
    assert describe(build(**given)) == describe(architecture.to_keras())
    return True


if __name__ == "__main__":
    main()
