"""The zoo: the counts of every spec and variant that ships, and how it is listed."""

import json
from pathlib import Path

import pytest
from shipped import examined

from archcompiler.checking.checking import examine
from archcompiler.language.loading.loading import load_program
from archcompiler.language.loading.places import (
    SpecPlace,
    shipped_folder,
    shipped_specs,
)
from archcompiler.reports.catalogue import (
    catalogue,
    catalogue_records,
    catalogue_report,
)
from archcompiler.tabular import FORMATS
from archcompiler.tabular.formats import format_report
from archcompiler.tabular.plain import text_lines

COUNTS = ("parameters", "trainable", "macs", "depth")


@pytest.fixture(scope="module")
def zoo():
    """Return every shipped spec and variant, examined."""
    return examined()


def test_a_spec_is_read_beside_its_pdf():
    lengths = {
        p.stem: p.read_text().count("\n") for p in shipped_folder().glob("*.yaml")
    }
    assert {name for name, lines in lengths.items() if lines > 120} == {"hrnet"}


@pytest.mark.thorough
def test_the_zoo_counts_what_it_counted(golden, zoo):
    counts = {
        checked.spec: {name: getattr(checked.architecture, name) for name in COUNTS}
        for _, checked in zoo
    }
    lines = [f'  "{spec}": {json.dumps(counts[spec])}' for spec in sorted(counts)]
    golden("zoo.json", "{\n" + ",\n".join(lines) + "\n}\n")


@pytest.mark.thorough
def test_what_papers_print_agrees_or_is_excused(zoo):
    for _, checked in zoo:
        judged = {verdict.judgement for verdict in checked.audit.verdicts}
        assert judged <= {"agrees", "excused"}, checked.spec


# How it is listed -----------------------------------------------------------


@pytest.mark.thorough
def test_a_network_of_another_name_than_its_family_has_its_own_paper():
    """Unless the family's table prints it."""
    for name, place in shipped_specs().items():
        family = place.path.stem.split("-")[0]
        if name.startswith(family):
            continue
        program = load_program(name)
        base = load_program(place.path)
        assert program.paper is not base.paper or program.total_claims, name


@pytest.mark.thorough
def test_variants_stand_below_their_spec_and_the_paper_is_told_once(zoo):
    lines = text_lines(catalogue(zoo))
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


@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMATS)
def test_the_catalogue_has_every_format(zoo, form):
    report = catalogue_report(zoo)
    text = format_report(report, form, lambda: catalogue_records(zoo), "zoo", 80)
    assert text.count("squeezenet-1.1") >= 1
    if form == "latex":
        assert r"\resizebox" not in text


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
    _, base, same, other = text_lines(catalogue(entries))
    assert base.endswith("The paper of the base")
    assert same.endswith(" 0")
    assert other.endswith("1234.56789  The paper of the variant")


@pytest.mark.thorough
@pytest.mark.parametrize("width", [80, 100, 160])
def test_titles_are_cut_to_the_width_of_a_terminal(zoo, width):
    wide = text_lines(catalogue(zoo))
    lines = text_lines(catalogue(zoo), width)
    assert max(map(len, lines)) <= width < max(map(len, wide))
    assert [line.split()[0] for line in lines] == [line.split()[0] for line in wide]
    titled = width > 80  # less is left than tells a paper
    assert ("paper" in lines[0]) == titled
    assert any(line.endswith("...") for line in lines) == titled


def test_a_spec_that_cannot_be_built_is_listed_as_such(write_spec):
    path = Path(write_spec(PAPERS.replace("[relu]", "[rule]")))
    entries = [(SpecPlace(path), examine(path))]
    listed = "\n".join(text_lines(catalogue(entries), 80))
    assert listed.splitlines()[1].split("  ") == ["small.yaml", "cannot be built"]
