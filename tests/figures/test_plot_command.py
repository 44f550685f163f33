"""`archc plot` and `Architecture.plot`: what is drawn, written, and refused."""

import re
from xml.etree import ElementTree

import pytest

from archcompiler import load
from archcompiler.cli import main
from archcompiler.figures.figure import LEGIBLE, FigureError

TITLE = "{http://www.w3.org/2000/svg}title"


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_a_comparison_marks_what_differs_and_by_how_much(capsys):
    texts = plotted(capsys, "--compare", "vgg16", "vgg19")
    assert "compared with vgg16: +5.31 M parameters · +4.16 G multiply-adds" in texts
    assert 'class="frame"' not in load("vgg19").plot().to_svg()
    main(["plot", "--compare", "vgg16", "vgg19"])
    assert capsys.readouterr().out.count('class="frame"') == 3  # three rows more
    texts = plotted(capsys, "--compare", "googlenet", "googlenet-cifar10")
    assert "softmax is left out: softmax" in texts
    assert "added" in texts  # the panel of the auxiliary heads


@pytest.mark.thorough
def test_what_equals_its_base_is_said_to(capsys):
    texts = plotted(capsys, "--compare", "vgg16", "vgg16")
    assert "compared with vgg16: no row differs" in texts


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_several_pages_are_files_of_their_own(tmp_path, capsys):
    path = tmp_path / "net.svg"
    arguments = ["plot", "googlenet", "--width", "column"]
    assert main([*arguments, "-o", str(path)]) == 0
    files = [tmp_path / "net-1.svg", tmp_path / "net-2.svg"]
    printed = capsys.readouterr()
    assert printed.out == "".join([f"{each}: written\n" for each in files])
    assert not printed.err
    for each in files:
        assert re.search(r'width="2[0-9.]+pt"', each.read_text("utf-8"))
    assert not path.exists()
    load("googlenet").plot(width="column").save(tmp_path / "same.svg")
    for each, same in zip(files, ("same-1.svg", "same-2.svg"), strict=True):
        assert each.read_bytes() == (tmp_path / same).read_bytes()
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert "the figure has 2 pages, each a file of its own: name them with -o" in error


@pytest.mark.thorough
def test_pages_do_not_write_over_their_spec(tmp_path, capsys):
    spec = tmp_path / "net-2.svg"
    text = "name: n\nextends: googlenet\n"
    spec.write_text(text, "utf-8")
    arguments = [str(spec), "--width", "column", "-o", str(tmp_path / "net.svg")]
    assert main(["plot", *arguments]) == 2
    assert "is read" in capsys.readouterr().err
    assert spec.read_text("utf-8") == text
    assert not (tmp_path / "net-1.svg").exists()


@pytest.mark.thorough
def test_a_block_is_laid_out_for_a_column():
    figure = load("inception-v4").plot(block="1 x Inception-C", width="column")
    assert len(figure.pages) == 1
    assert figure.smallest_text >= LEGIBLE - 0.01


def test_what_fits_no_paper_is_told(write_spec, capsys):
    row = "conv_" * 24
    spec = "name: wide\ninput: 8x8x3\ntable:\n  columns: [name, type]\n"
    spec += f"  rows: [[{row.replace('_', '')}, relu]]\n"
    path = write_spec(spec)
    assert main(["plot", str(path), "--width", "column"]) == 0
    assert "note: the smallest text is " in capsys.readouterr().err
