"""Columns of operations that projects publish, against the rules of their tools.

`published_operations.csv` has the rows of pycls' `dev/model_complexity.json` (of
2020-09-04) and of mmpretrain's `configs/*/metafile.yml` whose networks ship, as they
are printed there; rounded ones with their unit. None was looked at when the rules were
written down.
"""

import csv
from pathlib import Path

import pytest

import archcompiler
from archcompiler.auditing.counting import who_counted
from archcompiler.auditing.drawing import numbers_of
from archcompiler.claims.conventions import default_convention
from archcompiler.claims.counts import Count
from archcompiler.counting.naming import rules
from archcompiler.language.text.notation import read_printed
from archcompiler.reports.who_counted import who_counted as in_words

REFERENCE = Path(__file__).parent.parent / "reference"


def published(source, *begins):
    """Return the rows of a list, whose networks' names begin so, as cells."""
    path = REFERENCE / "published_operations.csv"
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["list"] == source]
    return [
        (cell(row["spec"], row["printed"]), row["counts"])
        for row in rows
        if row["spec"].startswith(begins or "")
    ]


def cell(spec, text):
    """Return what is printed of a whole network."""
    network = archcompiler.load(spec)
    return Count(spec, "total", "ops", text, read_printed(text), network, None)


@pytest.mark.slow
@pytest.mark.parametrize(("source", "rows"), [("mmpretrain", 29), ("pycls", 14)])
def test_a_published_count_is_what_its_rule_makes(source, rows):
    found = published(source)
    assert len(found) == rows
    for count, rule in found:
        number = count.number(rule)
        assert default_convention("").agrees(count.printed, number), (count.part, rule)


@pytest.mark.thorough
def test_mmpretrain_mixes_rules_and_it_is_told_where():
    cells = [c for c, _ in published("mmpretrain", "densenet", "efficient", "incep")]
    who = who_counted(cells)
    first, second = who.readings
    assert {c.part[:8] for c in first.cells} == {"efficien"}
    assert [str(way.convention) for way in first.rules] == [
        "fvcore in training without the head"
    ]
    assert {c.part[:8] for c in second.cells} == {"densenet"}
    assert "mmcv without the head" in [str(way.convention) for way in second.rules]
    words = "\n".join(in_words(who, None))
    assert words.startswith("mixed: efficientnet-b0, efficientnet-b1, ")
    assert "; densenet121, densenet169, densenet201, densenet161 fit " in words
    assert not who.identified


@pytest.mark.slow
def test_two_rules_are_left_of_pyclss_column_and_without_them_few_prices():
    """The biases of its networks are those of squeezing: at one position each."""
    cells = [count for count, _ in published("pycls")]
    who = who_counted(cells)
    (reading,) = who.readings
    names = [str(way.convention) for way in reading.rules]
    assert names == ["ptflops-aten", "pycls"]
    left = [rule for rule in rules() if rule.name not in names]
    searched = who_counted(cells, left).searched
    assert searched.outcome == "explained"
    (found,) = searched.found
    counted = [found.count(numbers_of(each, head=found.head)) for each in cells]
    assert counted == [count.printed.digits for count in cells]
    words = "\n".join(in_words(who_counted(cells, left), None))
    assert "few prices fit all 14: multiply-adds, " in words
    assert "and biases of dense layer [" in words
