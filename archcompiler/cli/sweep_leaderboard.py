"""The leaderboard of a sweep, printed and kept in its folder."""

from collections.abc import Sequence
from pathlib import Path

from archcompiler.reports.text import Column, lay_out
from archcompiler.training.folder import write_text
from archcompiler.training.sweeping.leaderboard import (
    COLUMNS,
    Place,
    leaderboard_csv,
    monitored,
    rows,
)


def leaderboard_text(name: str, labels: Sequence[str], board: Sequence[Place]) -> str:
    """Return the leaderboard as people read it."""
    columns = [
        Column("rank", right=True),
        *(Column(label) for label in labels or ("name",)),
        *(Column(heading, right=True) for heading in (monitored(board), *COLUMNS)),
        Column(""),
    ]
    ranked = sum(place.rank is not None for place in board)
    title = f"{name}: {ranked:,} of {len(board):,} trained"
    return "\n".join([title, "", *lay_out(columns, rows(board)), ""])


def write_leaderboard(
    folder: Path, name: str, labels: Sequence[str], board: Sequence[Place]
) -> None:
    """Write `leaderboard.txt` and `leaderboard.csv`."""
    write_text(folder / "leaderboard.txt", leaderboard_text(name, labels, board))
    write_text(folder / "leaderboard.csv", leaderboard_csv(labels, board))
