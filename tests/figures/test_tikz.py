"""Figures as TikZ: what is written, and what a real LaTeX makes of it."""

import os
import re
import shutil
import subprocess
from itertools import cycle

import pytest

from archcompiler import load
from archcompiler.cli import main
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Box, Group, Line, Run, Scene, Text
from archcompiler.figures.tikz import to_tikz
from archcompiler.tabular.tex import escaped
from tests.figures.every_mark import every_mark


def bare(*marks, **options):
    return to_tikz(Scene(90, 40, marks, "small"), bare=True, **options).splitlines()


def test_a_bare_picture_is_the_picture_of_the_document():
    needed, _, picture = to_tikz(every_mark(), bare=True).partition("\n")
    assert needed.startswith("% in the preamble:")
    assert picture.startswith(r"\begin{tikzpicture}")
    assert picture.rstrip() in to_tikz(every_mark())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_that_is_used_is_defined_once(theme):
    text = to_tikz(every_mark(), theme=theme, bare=True)
    defined = re.findall(r"\\definecolor\{(.*?)\}", text)
    drawn = re.sub(r"\\definecolor.*", "", text)
    assert set(re.findall(r"archc-[a-z-]+", drawn)) == set(defined)
    assert len(set(defined)) == len(defined)


def test_a_theme_decides_the_colours():
    box = Box(0, 0, 9, 9, 0, Paint.DENSE)
    ink = Paint.DENSE.fill
    assert ink.light[1:].upper() in "".join(bare(box))
    assert ink.dark[1:].upper() in "".join(bare(box, theme="dark"))


def test_a_transparent_picture_has_no_paper():
    assert not any("path" in line for line in bare(transparent=True))
    assert any("rectangle (90,40);" in line for line in bare() if "path" in line)


def test_a_group_says_its_title_and_its_place():
    group = Group((Box(0, 0, 9, 9, 2, Paint.BAND),), "row-pool", "pool: 50% kept", 3, 4)
    lines = bare(group, transparent=True)
    at = lines.index("% pool: 50% kept")
    assert lines[at + 1] == r"\begin{scope}[shift={(3,4)}]"
    assert lines[at + 3] == r"\end{scope}"


def test_an_arc_is_that_of_the_svg():
    line = Line((Point(0, 0), Point(20, 0), Point(20, 30)), radius=6)
    (drawn,) = [text for text in bare(line) if text.startswith(r"\draw")]
    assert "(0,0) -- (14,0) .. controls (18,0) and (20,2) .. (20,6) -- (20,30)" in drawn


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("conv2_x", r"conv2\_x"),
        ("50% & #3", r"50\% \& \#3"),
        (r"\end{document}", r"\textbackslash{}end\{document\}"),
        ("3×3", r"3\texttimes{}3"),
        ("a--b <<c", r"a-{}-b \textless{}\textless{}c"),
        (" a  b", r"\ a\ \ b"),
        ("a\N{NO-BREAK SPACE}b", "a~b"),
    ],
)
def test_a_text_is_written_as_it_is(text, written):
    assert escaped(text) == written


@pytest.fixture
def latex():
    """Skip where no LaTeX is that has all that a figure needs; in CI there is one."""
    files = ["tikz.sty", "geometry.sty", "phvr8t.tfm"]
    if shutil.which("pdflatex"):
        command = ["kpsewhich", *files]
        found = subprocess.run(command, capture_output=True, text=True).stdout.split()
        if len(found) == len(files):
            return
    packages = "texlive-pictures texlive-fonts-recommended"
    reason = f"LaTeX lacks TikZ or Helvetica: `apt-get install {packages}`"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def printable():
    """Return a scene of all signs that European languages have, and of some pairs."""
    signs = [*map(chr, range(0x20, 0x7F)), *map(chr, range(0xC0, 0x100)), *"ŁłŠšŽžŒœŸ"]
    texts = ["".join(signs[at : at + 30]) for at in range(0, len(signs), 30)]
    texts += ["×·–—…÷±−’“”", "-- --- ?` !` << >> ,, '' ``", "^^41 %%"]
    runs = [
        (Run(text, tone), Run(text[:9], bold=True, italic=True))
        for text, tone in zip(texts, cycle(Tone), strict=False)
    ]
    marks = [Text(10, 20 + 14 * at, pair) for at, pair in enumerate(runs)]
    return Scene(600, 400, tuple(marks), "signs")


def complaints(folder, name="figure"):
    """Return what a real LaTeX has to say about a file that gives one page."""
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", name]
    result = subprocess.run(command, cwd=folder, capture_output=True)
    log = (folder / f"{name}.log").read_text("latin-1")
    assert result.returncode == 0, log[-2000:]
    assert "(1 page" in log.replace("\n", "")
    return re.findall("Warning.*|Missing.*|Overfull.*|Underfull.*", log)


@pytest.mark.slow
@pytest.mark.usefixtures("latex")
@pytest.mark.parametrize("scene", [every_mark, printable], ids=["marks", "signs"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_latex_makes_one_page_without_a_complaint(scene, theme, tmp_path):
    (tmp_path / "figure.tex").write_text(to_tikz(scene(), theme=theme), "utf-8")
    assert complaints(tmp_path) == []


PAPER = r"""\documentclass{article}
%s
\begin{document}
\begin{center}
\input{table}
\end{center}
\end{document}
"""


@pytest.mark.slow
@pytest.mark.usefixtures("latex")
def test_a_paper_takes_a_bare_picture_with_the_packages_that_it_names(tmp_path):
    table, block = tmp_path / "table.tex", "inception (<name>)"
    load("googlenet").plot(block=block, width="column").save(table, bare=True)
    (tmp_path / "paper.tex").write_text(PAPER % needed_by(table), "utf-8")
    assert complaints(tmp_path, "paper") == []


def needed_by(path):
    first = path.read_text().partition("\n")[0]
    return first.removeprefix("% in the preamble: ")


@pytest.mark.parametrize("name", ["a.svg", "a.dot"])
def test_only_tikz_is_bare(name, tmp_path, capsys):
    path = tmp_path / name
    assert main(["plot", "squeezenet", "--bare", "-o", str(path)]) == 2
    assert "only tikz" in capsys.readouterr().err
    assert not path.exists()
