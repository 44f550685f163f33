"""What fits a terminal: cut, wrapped, left out by rank, and then said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archcompiler.tabular.form import Cell, Column, Table
from archcompiler.tabular.plain import left_out, text_lines
from archcompiler.tabular.report import fitted

COLUMNS = (
    Column("name"),
    Column("parameters", right=True, rank=1),
    Column("memory", right=True, rank=2),
    Column("paper", rank=3, shortest=10),
)
ROW = [Cell("net"), Cell("1,000"), Cell("2 MB", "="), Cell("A paper on deep nets")]
TABLE = Table(COLUMNS, [ROW], marks={"=": "agrees"})


def test_a_text_that_may_be_cut_is_cut_before_anything_is_left_out():
    assert text_lines(TABLE, 45)[1] == "net        1,000    2 MB =  A paper on dee..."
    assert left_out(TABLE, 45) == []


def test_columns_are_left_out_by_rank_and_it_is_said():
    assert left_out(TABLE, 30) == ["paper"]
    assert left_out(TABLE, 20) == ["memory", "paper"]
    assert left_out(TABLE, 5) == ["parameters", "memory", "paper"]
    *_, said = fitted(TABLE, 200)
    assert said.endswith("nets")
    lines = " ".join(fitted(TABLE, 20)[2:])
    assert lines == "no room for: memory, paper (a wider terminal, or `| less -S`)"


def test_prose_is_wrapped_within_its_column():
    columns = [Column("row"), Column("change", wraps=True), Column("n", right=True)]
    said = "one thing and another thing and more of both"
    lines = text_lines(Table(columns, [[Cell("a"), Cell(said), Cell("1")]]), 36)
    assert lines == [
        "row  change                       n",
        "a    one thing and another thing  1",
        "     and more of both",
    ]


RANKED = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 30), st.booleans()),
    min_size=1,
    max_size=8,
)


@pytest.mark.thorough
@given(ranked=RANKED, width=st.integers(40, 120))
def test_nothing_is_wider_than_the_terminal_unless_it_must_stay(ranked, width):
    columns = [Column("c", rank=rank, right=right) for rank, _, right in ranked]
    row = [Cell("x" * size) for _, size, _ in ranked]
    lines = text_lines(Table(columns, [row]), width)
    staying = [size for rank, size, _ in ranked if rank == 0]
    if len(staying) < 2:
        assert max(map(len, lines)) <= width
    assert text_lines(Table(columns, [row]))[1].split() == [cell.text for cell in row]
