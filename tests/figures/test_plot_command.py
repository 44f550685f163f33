"""`archc plot` and `Architecture.plot`: what is drawn, written, and refused."""

import re
from xml.etree import ElementTree

import pytest

from archcompiler import load
from archcompiler.cli import main
from archcompiler.figures.figure import FigureError

TITLE = "{http://www.w3.org/2000/svg}title"


def test_a_figure_is_printed_or_written(tmp_path, capsys):
    assert main(["plot", "googlenet"]) == 0
    printed = capsys.readouterr().out
    path = tmp_path / "googlenet.svg"
    assert main(["plot", "googlenet", "-o", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: written\n"
    assert path.read_text("utf-8") == printed
    titles = [each.text for each in ElementTree.fromstring(printed).iter(TITLE)]
    assert titles[0] == "googlenet"
    assert "conv1, convolution, 112x112x64, 9,472 parameters" in " ".join(titles)


@pytest.mark.parametrize(
    ("ending", "start"),
    [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("tex", b"\\documentclass")],
)
def test_a_file_is_what_it_ends_in(ending, start, tmp_path):
    if ending != "tex":
        pytest.importorskip("vl_convert")
    path = tmp_path / f"googlenet.{ending}"
    assert main(["plot", "googlenet", "-o", str(path)]) == 0
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(("ending", "start"), [("dot", "digraph"), ("mmd", "flowch")])
def test_a_graph_is_written_as_text(ending, start, tmp_path, capsys):
    path = tmp_path / f"googlenet.{ending}"
    assert main(["plot", "googlenet", "-o", str(path)]) == 0
    cells = path.read_text("utf-8")
    assert cells.startswith(start)
    assert main(["plot", "googlenet", "--layers", "-o", str(path)]) == 0
    assert len(path.read_text("utf-8")) > len(cells)
    capsys.readouterr()
    for more in (["--block", "conv1"], ["--figure", "strip"], ["resnet50"]):
        assert main(["plot", "googlenet", *more, "-o", str(path)]) == 2


def test_layers_are_nodes_of_graphs_alone(capsys):
    assert main(["plot", "googlenet", "--layers"]) == 2
    assert "--layers is for dot and mermaid" in capsys.readouterr().err


@pytest.mark.parametrize(
    "block", ["inception (<name>)", "inception (3a)", "inception (9z)"]
)
def test_a_block_is_drawn_by_its_name_or_by_what_calls_it(block):
    svg = load("googlenet").plot(block=block).to_svg()
    assert "#3x3 reduce" in svg
    assert "conv1" not in svg


def test_a_block_is_drawn_by_the_name_of_its_row():
    assert "#3x3 reduce" in load("googlenet").plot(block="conv2").to_svg()


def test_an_unknown_block_is_told_with_those_there_are(capsys):
    assert main(["plot", "googlenet", "--block", "inceptoin"]) == 2
    error = capsys.readouterr().err
    assert "no panel shows `inceptoin`" in error
    assert "`convolution`, `inception (<name>)`" in error
    with pytest.raises(FigureError, match="no panel shows `conv 1`"):
        load("googlenet").plot(block="conv 1")


def test_another_ending_is_refused(tmp_path, capsys):
    path = tmp_path / "googlenet.gif"
    assert main(["plot", "googlenet", "-o", str(path)]) == 2
    assert "googlenet.gif" in capsys.readouterr().err
    assert not path.exists()


def test_a_figure_does_not_write_over_its_spec(tmp_path, capsys):
    spec = tmp_path / "spec.svg"
    text = "name: n\ninput: 8x8x3\ntable: {columns: [type], rows: [[relu]]}\n"
    spec.write_text(text, "utf-8")
    assert main(["plot", str(spec), "-o", str(spec)]) == 2
    assert "is read" in capsys.readouterr().err
    assert spec.read_text("utf-8") == text


def test_padding_is_drawn_when_asked_for():
    architecture = load("resnet50")
    assert ">pad<" not in architecture.plot().to_svg()
    assert "pad" in architecture.plot(block="conv2_x", padding=True).to_svg()


def plotted(capsys, *arguments: str) -> list[str]:
    assert main(["plot", *arguments]) == 0
    printed = capsys.readouterr().out
    return ["".join(each.itertext()) for each in ElementTree.fromstring(printed).iter()]


def test_a_comparison_marks_what_differs_and_by_how_much(capsys):
    texts = plotted(capsys, "--compare", "vgg16", "vgg19")
    assert "compared with vgg16: +5.31 M parameters · +4.16 G multiply-adds" in texts
    assert 'class="frame"' not in load("vgg19").plot().to_svg()
    main(["plot", "--compare", "vgg16", "vgg19"])
    assert capsys.readouterr().out.count('class="frame"') == 3  # three rows more
    texts = plotted(capsys, "--compare", "googlenet", "googlenet-cifar10")
    assert "softmax is left out: softmax" in texts
    assert "added" in texts  # the panel of the auxiliary heads


def test_what_equals_its_base_is_said_to(capsys):
    texts = plotted(capsys, "--compare", "vgg16", "vgg16")
    assert "compared with vgg16: no row differs" in texts


def test_several_tables_have_one_scale(capsys):
    texts = plotted(capsys, "resnet18", "resnet50")
    assert {"resnet18", "resnet50"} <= set(texts)
    assert "bars are on one scale" in texts


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "b", "--block", "c"], "--block is for one spec, received 2"),
        (["a", "--block", "c", "--compare", "b"], "are two figures: choose one"),
        (
            ["a", "--compare", "b", "--figure", "overview"],
            "--compare is no part of --figure overview",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(arguments, message, capsys):
    assert main(["plot", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_figure_of_a_column_is_narrow_and_its_labels_are_legible(capsys):
    for width, points in (("column", 241), ("page", 505)):
        figure = load("vgg16").plot(width=width)
        assert figure.scene.width * 0.7 <= points
        assert figure.label_size(width) >= 7.3
    assert main(["plot", "nasnet-mobile", "--width", "column"]) == 0
    error = capsys.readouterr().err
    assert "note: labels are " in error
    assert "pt in a column (241 pt)" in error


def test_a_table_on_a_page_leaves_room_for_its_blocks_or_a_note_tells(capsys):
    assert main(["plot", "mobilenet-v3-large", "--width", "page"]) == 0
    assert not capsys.readouterr().err
    assert main(["plot", "inception-v4", "--width", "page"]) == 0
    error = capsys.readouterr().err
    assert re.search(r"it is \d+ pt high in a page \(505 pt\), a page 650", error)
