"""Emitted source of random specs does what the spec does, whatever its arguments are.

It runs on a pretended Keras, with the parameters of the spec and with others, those
included that the spec refuses; ruff reads every file.
"""

import subprocess
import sysconfig
from pathlib import Path
from random import Random

import pytest
from source.pretend import agree, arguments_of
from source.random_specs import RandomSpec

import archcompiler
from archcompiler import SpecError

RUFF = Path(sysconfig.get_path("scripts")) / "ruff"
OTHERS = 3


@pytest.mark.thorough
@pytest.mark.parametrize("lot", range(5))
def test_source_does_what_the_spec_does(lot, write_spec, campaign, tmp_path):
    accepted = refused = 0
    for seed in range(lot, 60 * campaign, 5):
        path = write_spec(RandomSpec(seed).text(), f"random_{seed}.yaml")
        try:
            source = archcompiler.load(path).to_source()
        except SpecError:
            continue
        (tmp_path / f"random_{seed}.py").write_text(source)
        for number in range(OTHERS + 1):
            given = other_arguments(seed, number, source)
            if agree(path, source, given):
                accepted += 1
            else:
                refused += 1
    assert accepted >= 8 * campaign, "too many of the random specs are invalid"
    assert refused >= campaign, "too few of the random arguments are refused"
    lint(tmp_path)


def lint(folder):
    """Let ruff look for names that are missing or never read, and at the layout."""
    for command in (["format", "--diff"], ["check", "--select", "F"]):
        ruff = [RUFF, *command, "--quiet", "--isolated", folder]
        done = subprocess.run(ruff, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def other_arguments(seed, number, source):
    """Return values for some of the arguments; the first time for none."""
    if not number:
        return {}
    random = Random(f"{seed} {number}")
    values = {
        "p": random.choice([1, 2, 3, 4, 0, 2.0, 2.5]),
        "w": random.choice([1, 2, 3, 4, 5, 0.5]),
        "flag": random.choice([True, False] * 5 + [3]),
        "mode": random.choice(["relu", "tanh", "linear"] * 3 + ["strange", 3]),
        "share": random.choice([0.1, 0.3, 0.57, 0.75, 1, 1.0, 2, 1.25, 1e-5, -0.5]),
        "start": random.choice(["zeros", "ones", 0.2, 3, "strange"]),
    }
    known = arguments_of(source)
    return {n: v for n, v in values.items() if n in known and random.random() < 0.5}
