"""Curves and plots: colours that mean one thing, and nothing upon anything else."""

from itertools import combinations
from pathlib import Path

import pytest

from archcompiler.checking.sweeping import weigh
from archcompiler.language.loading.loading import load_program
from archcompiler.language.variants.sweeps import headings, points_of, sweep_of
from archcompiler.training.curves import write_curves
from archcompiler.training.figures import new_figure
from archcompiler.training.recipe import Head
from archcompiler.training.sweeping.labels import place_labels
from archcompiler.training.sweeping.leaderboard import Place
from archcompiler.training.sweeping.plot import short, write_plot
from archcompiler.training.sweeping.runs import Run, Standing

pytest.importorskip("matplotlib")
ROWS = [
    {"epoch": e, "learning_rate": 0.1 / e, "loss": 2 / e, "val_loss": 3 / e,
     "accuracy": 1 - 1 / e, "val_accuracy": 1 - 1.2 / e}
    for e in range(1, 9)
]  # fmt: skip


@pytest.fixture
def drawn(tmp_path, monkeypatch):
    """Draw curves, or a sweep's plot, and return the figure."""
    kept = []
    for name in ("curves", "sweeping.plot"):
        where = f"archcompiler.training.{name}.save_figures"
        monkeypatch.setattr(where, lambda figure, _: kept.append(figure))

    def draw(write, *arguments):
        assert write(tmp_path, "net", *arguments)
        kept[-1].draw_without_rendering()
        return kept[-1]

    return draw


@pytest.mark.thorough
def test_training_and_validation_of_one_quantity_share_a_colour(drawn):
    figure = drawn(write_curves, ROWS)
    for axes, what in zip(
        figure.axes, ("loss", "accuracy", "learning rate"), strict=True
    ):
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", what)
        assert len({line.get_color() for line in axes.lines}) == 1
        assert figure.legends[0].get_window_extent().y1 < axes.get_tightbbox().y0
    assert [len(axes.lines) for axes in figure.axes] == [2, 2, 1]


@pytest.mark.thorough
def test_one_epoch_is_marked_as_one_and_training_is_told_from_validation(drawn):
    figure = drawn(write_curves, ROWS[:1])
    for axes in figure.axes:
        least, most = axes.get_xlim()
        assert [tick for tick in axes.get_xticks() if least <= tick <= most] == [1]
    fills = [line.get_markerfacecolor() for line in figure.axes[0].lines]
    assert fills == ["white", "C0"]


@pytest.mark.thorough
def test_a_run_without_accuracy_or_without_validation_has_curves(drawn):
    figure = drawn(write_curves, [{"epoch": 1, "learning_rate": 0.1, "loss": 2.0}] * 2)
    assert [len(axes.lines) for axes in figure.axes] == [1, 1]
    rows = [{"epoch": 1, "learning_rate": 0.1, "loss": 2.0, "val_accuracy": 0.5}]
    figure = drawn(write_curves, rows)
    assert [len(axes.lines) for axes in figure.axes] == [1, 1, 1]


@pytest.mark.thorough
def test_an_output_has_one_colour_in_all_axes_and_its_name_from_the_spec(drawn):
    heads = [Head(n, f"{n}_dense", None, 1.0, False) for n in ("main", "auxiliary")]
    columns = [
        *("loss", "val_loss", "auxiliary_dense_loss", "main_dense_loss"),
        *("auxiliary_dense_top_5_accuracy", "main_dense_top_5_accuracy"),
        *("auxiliary_dense_accuracy", "main_dense_accuracy", "val_main_dense_accuracy"),
    ]
    rows = [{"epoch": 1, "learning_rate": 0.1, **dict.fromkeys(columns, 0.5)}]
    figure = drawn(write_curves, rows, heads)
    (legend,) = figure.legends
    told = [text.get_text() for text in legend.get_texts()]
    assert told == ["total", "main", "auxiliary", "training", "validation"]
    lines = legend.get_lines()
    colours = {name: line.get_color() for name, line in zip(told, lines, strict=True)}
    shown = {
        axes.get_ylabel(): [line.get_color() for line in axes.lines]
        for axes in figure.axes
    }
    total, main, other = [colours[name] for name in told[:3]]
    assert len({total, main, other}) == 3
    assert shown == {
        "loss": [total, total, main, other],
        "accuracy": [main, main, other],
        "top-5 accuracy": [main, other],
        "learning rate": [main],
    }


@pytest.mark.thorough
@pytest.mark.parametrize("chosen", ["", "width=0.25", "batch-size=32"])
def test_a_sweep_is_explained_by_its_keys_and_marked_where_its_dots_are(drawn, chosen):
    base = load_program("googlenet-digits")
    weighed = weigh(base, points_of(sweep_of(base)), {})
    board = [placed(n, w) for n, w in enumerate(weighed) if chosen in w.point.name]
    figure = drawn(write_plot, board, headings(sweep_of(base)))
    (legend,) = figure.legends
    told = [text.get_text() for text in legend.get_texts()]
    widths = ["width 0.125", "width 0.25", "width 0.5"] * (chosen != "width=0.25")
    sizes = ["batch-size 32", "batch-size 64"] * (chosen != "batch-size=32")
    assert told == [*widths, *sizes, *["Pareto front"] * (chosen != "width=0.25")]
    for axes, what in zip(figure.axes, ("macs", "parameters"), strict=True):
        costs = {getattr(place.run.weighed.cost, what) for place in board}
        assert {*axes.get_xticks()} == costs
        labels = [label.get_window_extent() for label in axes.get_xticklabels()]
        assert not any(one.overlaps(other) for one, other in combinations(labels, 2))


def placed(number, weighed):
    """Return the place of a run that came the further the more it cost."""
    run = Run(weighed, "", "digits", Path())
    return Place(number + 1, run, Standing("complete", "val_accuracy", number / 99))


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        (7, "7"),
        (999, "999"),
        (999_999, "1M"),
        (95_273, "95.3K"),
        (1_500_000, "1.5M"),
        (12 * 10**9, "12G"),
    ],
)
def test_a_cost_is_written_in_three_digits(cost, text):
    assert short(cost) == text


@pytest.mark.thorough
def test_no_label_lies_on_another_or_on_a_dot():
    figure = new_figure("dots", 6, 4)
    axes = figure.subplots()
    dots = [(1 + at / 99, 1 + at % 3 / 50, f"width={at} batch=32") for at in range(90)]
    axes.plot([x for x, _, _ in dots], [y for _, y, _ in dots], "o")
    axes.margins(0.3)
    boxes = [label.get_window_extent() for label in place_labels(figure, axes, dots)]
    assert 1 < len(boxes) < len(dots)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    for x, y, _ in dots:
        place = axes.transData.transform((x, y))
        assert not any(box.contains(*place) for box in boxes)
