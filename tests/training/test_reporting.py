"""What people read while a run goes on."""

import io
import re
from itertools import pairwise

import pytest
from pseudo_terminal import screen

from archcompiler.training.recipe import Head
from archcompiler.training.reporting import Reporter, duration


def head(name, layer):
    return Head(name, layer, None, 1.0, False)


HEADS = (head("linear", "linear_dense"), head("auxiliary 1", "auxiliary_1"))
ROW = {
    "epoch": 3,
    "learning_rate": 0.1,
    "auxiliary_1_accuracy": 0.25,
    "auxiliary_1_loss": 2.0,
    "linear_dense_accuracy": 0.5,
    "loss": 0.5,
    "val_auxiliary_1_accuracy": 0.125,
    "val_linear_dense_accuracy": 0.75,
    "val_loss": 0.75,
}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):  # noqa: D102
        return True


def test_an_epoch_is_told_by_its_loss_and_its_accuracies_the_first_outputs_first():
    stream = io.StringIO()
    Reporter(stream, 20, HEADS).epoch(ROW, 0.04, best=True)
    assert stream.getvalue() == (
        "epoch  3/20  loss 0.5000  validation loss 0.7500  linear accuracy 0.5000"
        "  validation linear accuracy 0.7500  auxiliary 1 accuracy 0.2500"
        "  validation auxiliary 1 accuracy 0.1250  0.0 s  best\n"
    )


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_gets_one_line_at_a_time_with_what_has_room(monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    reporter = Reporter(stream, 20, HEADS, batch_size=32)
    reporter.begin_epoch()
    for step in range(1, 200):
        reporter.shown = 0.0  # no pause between two pictures
        reporter.step(1, step, 200, ROW)
    reporter.epoch(ROW, 12.3, best=True)
    drawn = stream.getvalue().split("\r\x1b[2K")
    assert drawn[1] == "compiling the first step"
    assert drawn[2].startswith("compiled in ")
    assert max(len(line.rstrip("\n")) for line in drawn) < width
    steps = [line for line in drawn if "  step " in line]
    assert len(steps) == 199
    assert ("images/s" in steps[-1]) is (width > 40)
    assert steps[-1].endswith(" left")
    assert drawn[-1].endswith("best\n")
    assert [line.endswith("\n") for line in drawn[3:-1]] == [False] * len(steps)


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (64, "validation linear accuracy 0.7500"),
        (80, "loss 0.5000  validation linear accuracy 0.7500"),
        (
            110,
            "loss 0.5000  linear accuracy 0.5000  validation linear accuracy 0.7500",
        ),
    ],
)
def test_what_chooses_the_best_epoch_is_the_last_to_find_no_room(
    monkeypatch, width, told
):
    monkeypatch.setenv("COLUMNS", str(width))
    stream = Terminal()
    Reporter(stream, 20, HEADS).epoch(ROW, 12.3, best=True)
    assert stream.getvalue() == f"\r\x1b[2Kepoch  3/20  {told}  12.3 s  best\n"


def test_a_terminal_is_told_what_takes_long():
    stream, pipe = Terminal(), io.StringIO()
    for each in (stream, pipe):
        reporter = Reporter(each, 20, HEADS)
        reporter.show("building the network")
        reporter.begin_epoch()
        reporter.validate(3)
    shown = ["building the network", "compiling the first step"]
    assert stream.getvalue().split("\r\x1b[2K") == [
        "",
        *shown,
        "epoch  3/20  validating",
    ]
    assert pipe.getvalue() == ""


@pytest.mark.slow
def test_a_run_on_a_terminal_says_what_it_does_on_lines_that_fit(tmp_path):
    run = ("--epochs", "2", "--limit", "96", "--run", str(tmp_path / "run"))
    shown, code = screen(["train", "googlenet-digits", *run], 70)
    assert code == 0, shown
    drawn = [line for line in re.split(r"\r\x1b\[2?K|\n", shown) if line]
    assert max(len(line) for line in drawn if str(tmp_path) not in line) <= 70
    whole = "\n".join(drawn)
    for earlier, later in pairwise(
        [
            *("googlenet-digits: ", "\nloading Keras\n", "\nbuilding the network\n"),
            *("\ncompiling the first step\n", "\ncompiled in ", "\nepoch 1/2  step "),
            *("\nepoch 1/2  validating\n", "\nepoch 1/2  loss ", "\nepoch 2/2  loss "),
            "/run: validation accuracy 0.",
        ]
    ):
        assert -1 < whole.find(earlier) < whole.find(later), (earlier, later)


def test_a_pipe_gets_a_line_for_each_epoch_alone():
    stream = io.StringIO()
    reporter = Reporter(stream, 2, HEADS)
    reporter.begin_epoch()
    reporter.step(1, 1, 2, ROW)
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0:00"), (7, "0:07"), (750, "12:30"), (11100, "3:05:00")],
)
def test_seconds_are_written_as_people_do(seconds, text):
    assert duration(seconds) == text
