"""The specs that ship, without the variants within them, which differ in few cells."""

import gc
from collections.abc import Iterable
from functools import cache

import pytest

from archcompiler.language.loading.loading import load_program
from archcompiler.language.loading.places import shipped_specs
from archcompiler.language.program.program import Program
from archcompiler.reports.catalogue import Entry, shipped

TABLES = [name for name, place in shipped_specs().items() if place.variant is None]

FEW = ("googlenet", "nasnet-mobile", "resnet", "u-net")
"""Concatenations, cells with two inputs, repetitions and variants, long skips."""

CROSSED = ("hrnet", "hrnet-w18-small-v1", "hrnet-w18-small-v2")
"""Each of three streams takes both others: no plane holds that without a crossing."""


@cache
def programs() -> dict[str, Program]:
    """Return the program of every shipped spec and variant, read once for all tests."""
    return {name: load_program(place) for name, place in shipped_specs().items()}


@cache
def examined() -> list[Entry]:
    """Return every shipped spec and variant, examined once for all tests."""
    entries = list(shipped())
    gc.freeze()  # they stay to the end, as the collected tests do
    return entries


def variants_in_campaigns() -> list[object]:
    """Return all that ship as parameters, variants for campaigns alone."""
    return [
        name if name in TABLES else pytest.param(name, marks=pytest.mark.campaign)
        for name in shipped_specs()
    ]


def few_first(names: Iterable[str] = TABLES) -> list[object]:
    """Return names as parameters: those of FEW, and as slow ones all others."""
    return [
        name if name in FEW else pytest.param(name, marks=pytest.mark.slow)
        for name in names
    ]
