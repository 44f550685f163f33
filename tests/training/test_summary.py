"""What a run leaves when it is complete: the file that says so comes last."""

import sys

import pytest

from archcompiler.training.checkpoints import Progress
from archcompiler.training.folder import SUMMARY
from archcompiler.training.request import Request
from archcompiler.training.summary import Outcome, write_outcome
from archcompiler.training.task import prepare
from archcompiler.writing import WriteError

ROW = {"epoch": 1, "learning_rate": 0.1, "loss": 2.0, "val_accuracy": 0.5}
TIME = {"epoch": 1, "seconds": 1.5}


@pytest.fixture
def outcome(tmp_path):
    progress = Progress(epoch=1, rows=[ROW], times=[TIME], best_epoch=1)
    return Outcome(prepare(Request("googlenet-digits")), tmp_path, progress)


def files(outcome):
    return sorted(path.name for path in outcome.folder.iterdir())


@pytest.mark.slow
def test_a_run_is_complete_when_all_else_is_written(outcome):
    in_the_way = outcome.folder / "curves.png"
    in_the_way.mkdir()
    with pytest.raises(WriteError, match="directory"):
        write_outcome(outcome)
    assert SUMMARY not in files(outcome)
    in_the_way.rmdir()
    write_outcome(outcome)
    assert files(outcome) == ["curves.png", "curves.svg", SUMMARY, "summary.txt"]
    assert "no curves" not in (outcome.folder / "summary.txt").read_text()


@pytest.mark.slow
def test_without_matplotlib_the_summary_says_so_and_no_old_curves_stay(
    outcome, monkeypatch
):
    (outcome.folder / "curves.svg").write_text("of another run")
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # as if not installed
    write_outcome(outcome)
    assert files(outcome) == [SUMMARY, "summary.txt"]
    text = (outcome.folder / "summary.txt").read_text()
    assert "best        validation accuracy 0.5000, in epoch 1\n" in text
    assert text.endswith("\nno curves: matplotlib is not installed\n")
