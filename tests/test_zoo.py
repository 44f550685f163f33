"""The zoo: the counts of every spec and variant that ships, and how it is listed."""

import json
from pathlib import Path

import pytest

from archcompiler.checking.checking import examine
from archcompiler.language.loading import SpecPlace
from archcompiler.reports.catalogue import catalogue, shipped

COUNTS = ("parameters", "trainable", "macs", "depth")


@pytest.fixture(scope="module")
def zoo():
    """Return every shipped spec and variant, examined."""
    return list(shipped())


def test_the_zoo_counts_what_it_counted(golden, zoo):
    counts = {
        checked.spec: {name: getattr(checked.architecture, name) for name in COUNTS}
        for _, checked in zoo
    }
    lines = [f'  "{spec}": {json.dumps(counts[spec])}' for spec in sorted(counts)]
    golden("zoo.json", "{\n" + ",\n".join(lines) + "\n}\n")


def test_what_papers_print_agrees_or_is_excused(zoo):
    for _, checked in zoo:
        judged = {verdict.judgement for verdict in checked.audit.verdicts}
        assert judged <= {"agrees", "excused"}, checked.spec


# How it is listed -----------------------------------------------------------


def test_variants_stand_below_their_spec_and_the_paper_is_told_once(zoo):
    lines = catalogue(zoo).splitlines()
    at = next(at for at, line in enumerate(lines) if line.startswith("squeezenet "))
    assert lines[at].endswith("1602.07360  " + title(zoo, "squeezenet"))
    assert lines[at + 1].split() == ["squeezenet-1.1", "1,235,496", "352,540,352", "18"]
    assert lines[at + 1].startswith("  squeezenet-1.1 ")


def title(zoo, spec):
    return next(
        checked.architecture.program.paper.title.text
        for _, checked in zoo
        if checked.spec == spec
    )


PAPERS = """\
name: base
paper: {title: The paper of the base}
input: 8x8x3
table:
  columns: [type]
  rows: [relu]
variants:
  same: {}
  other: {paper: {title: The paper of the variant, arxiv: "1234.56789"}}
"""


def test_a_variant_with_a_paper_of_its_own_tells_it(write_spec):
    path = Path(write_spec(PAPERS))
    entries = [(SpecPlace(path), examine(path))]
    for name in ("same", "other"):
        entries.append((SpecPlace(path, name), examine(f"{path}:{name}")))
    _, base, same, other = catalogue(entries).splitlines()
    assert base.endswith("The paper of the base")
    assert same.endswith(" 0")
    assert other.endswith("1234.56789  The paper of the variant")


@pytest.mark.parametrize("width", [80, 100, 160])
def test_titles_are_cut_to_the_width_of_a_terminal(zoo, width):
    wide = catalogue(zoo).splitlines()
    lines = catalogue(zoo, width).splitlines()
    assert max(map(len, lines)) <= width < max(map(len, wide))
    assert [line.split()[0] for line in lines] == [line.split()[0] for line in wide]
    titled = width > 80  # less is left than tells a paper
    assert ("paper" in lines[0]) == titled
    assert any(line.endswith("...") for line in lines) == titled


def test_a_spec_that_cannot_be_built_is_listed_as_such(write_spec):
    path = Path(write_spec(PAPERS.replace("[relu]", "[rule]")))
    listed = catalogue([(SpecPlace(path), examine(path))], width=80)
    assert listed.splitlines()[1].split("  ") == ["small.yaml", "cannot be built"]
