"""A sample of the campaign on mistakes: its floors hold at every save."""

from pathlib import Path

import pytest
from mistakes import Tally, measure, points_at, shipped_texts
from one_edit import SLIPS, Mutant, mutants

from archcompiler.diagnostics import Diagnostic, Source, Span

MUTANTS = 50
SMALL = ("inception-5x5-naive.yaml", "nin.yaml", "squeezenet.yaml", "vgg.yaml")


@pytest.fixture(scope="module")
def tally(tmp_path_factory: pytest.TempPathFactory, campaign: int) -> Tally:
    """Check mutants of four specs, one for each kind of network."""
    folder = tmp_path_factory.mktemp("mistakes")
    texts = {name: text for name, text in shipped_texts().items() if name in SMALL}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return measure(texts, MUTANTS * campaign, 1, folder)


@pytest.mark.slow
def test_most_mistakes_are_told_where_they_are(tally: Tally) -> None:
    assert tally.refused > tally.mutants * 0.8
    assert tally.share(tally.at_line) >= 0.8
    assert tally.share(tally.at_edit) >= 0.75


@pytest.mark.thorough
def test_what_a_mistake_is_told_to_write_helps(tally: Tally) -> None:
    assert tally.proposed >= tally.refused / 2
    assert tally.helped / tally.proposed >= 0.9


def test_a_mutant_knows_where_its_edit_is() -> None:
    texts = {"small.yaml": "name: small\ninput: 8x8x3\n- [a, 64, b]\n" * 3}
    kinds = set()
    for _, mutant in mutants(texts, 300, 1):
        kinds.add(mutant.kind)
        if mutant.kind != "line lost":
            start, end = mutant.columns(mutant.lines[0])
            assert 1 <= start <= end
        assert mutant.text != texts["small.yaml"]
    assert kinds >= {"comma lost", "line lost", "other number"}
    assert kinds <= {*SLIPS}


def test_a_finding_elsewhere_does_not_count() -> None:
    mutant = Mutant("other number", "a: 1\nb: 23\n", 8, 10)
    source = Source("small.yaml", mutant.text)

    def points(line: int, column: int, end: int) -> tuple[bool, bool]:
        found = Diagnostic("bad-value", "", Span(source, line, column, end))
        return points_at(mutant, found, Path("small.yaml").name)

    assert points(2, 4, 6) == (True, True)
    assert points(2, 1, 2) == (True, False)
    assert points(1, 4, 5) == (False, False)
