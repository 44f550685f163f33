"""`archc new`: specs to begin with, and tables as papers print them."""

from pathlib import Path

import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.diagnostics import Source
from archcompiler.formatting import format_spec
from archcompiler.starting.grids import read_grid
from archcompiler.starting.printed import lay_out

LATEX = r"""
\begin{tabular}{l|ccrr} \toprule
type & patch size/stride & output size & \#filters & params \\ \midrule
convolution & $7{\times}7/2$ & $109\times109\times64$ & 64 & 9{,}472 \\ % the stem
max pool & $3\times3/2$ & \multicolumn{1}{c}{$54\times54\times64$} & -- & \\[2pt]
\textbf{inception (3a)} & --- & $28{\times}28{\times}256$ & & ca.\ 159K \\
\bottomrule
\end{tabular}
"""
CSV = """\
Layer,Kernel,Filters,Output,FLOPs
Input,,,32 × 32 × 3,
Conv2d,3×3,16,30×30×16,"388,800"
Conv2d,3×3/2,16,14×14×16,0.45M
ReLU,–,,,
"""
MARKDOWN = """\
The network:

| type | kernel | filters |
|:-----|--------|--------:|
| `conv` | **3×3** | 8 |
| relu | | |

| another | table |
|---|---|
"""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def is_laid_out(path: str) -> bool:
    text = Path(path).read_text("utf-8")
    return format_spec(Source(path, text)) == text


@pytest.mark.parametrize("name", ["my-net", "true", "1e3"])
def test_a_first_spec_checks_clean_under_any_name(name: str) -> None:
    assert main(["new", name]) == 0
    spec = archcompiler.load(f"{name}.yaml")
    assert (spec.name, spec.depth) == (name, 3)
    assert is_laid_out(f"{name}.yaml")


def test_what_the_first_spec_notes_is_right() -> None:
    """Its commented variant is one that checks, and widens the row."""
    assert main(["new", "net"]) == 0
    text = Path("net.yaml").read_text().replace("# variants:", "variants:")
    Path("wide.yaml").write_text(text)
    wide = archcompiler.load("wide.yaml:net-wide")
    assert wide.parameters > archcompiler.load("net.yaml").parameters


@pytest.mark.thorough
@pytest.mark.parametrize("like", ["googlenet", "vgg16"])
def test_a_copy_computes_the_same_and_stands_alone(like: str) -> None:
    assert main(["new", "copy", "--like", like]) == 0
    text = Path("copy.yaml").read_text("utf-8")
    assert "extends" not in text
    assert "yaml-language-server" not in text
    copied, original = archcompiler.load("copy.yaml"), archcompiler.load(like)
    assert copied.name == "copy"
    assert (copied.parameters, copied.macs) == (original.parameters, original.macs)
    assert is_laid_out("copy.yaml")


def test_a_variant_follows_its_base() -> None:
    assert main(["new", "edited.yaml", "--extends", "googlenet"]) == 0
    assert "extends: googlenet\n" in Path("edited.yaml").read_text()
    base = archcompiler.load("googlenet")
    assert archcompiler.load("edited.yaml").macs == base.macs


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["there"], 2, "`there.yaml` is there already: name another file"),
        (["..."], 2, "`...` is no name: it needs letters or digits"),
        (["no/such"], 2, "there is no folder `no`"),
        (["a", "--from", "t.docx"], 2, "`t.docx` ends in none of .csv, .md, .tex"),
        (["a", "--from", "there.csv"], 2, "holds no table with headings and rows"),
        (["a", "--from", "empty.csv"], 2, "holds no table with headings and rows"),
        (["a", "--from", "input.CSV"], 2, "holds no table with headings and rows"),
        (["a", "--from", "long.csv"], 2, "a cell has more than 131,072 characters"),
        (["a", "--from", "gone.csv"], 1, "cannot read `gone.csv`"),
        (["a", "--like", "gogglenet"], 1, "did you mean `googlenet`?"),
        (["a", "--like", "vgg16", "--from", "t.md"], 2, "not allowed with argument"),
    ],
)
def test_what_cannot_be_begun_is_refused_and_nothing_is_written(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    there = {
        "there.yaml": "mine\n",
        "there.csv": "mine\n",
        "empty.csv": "",
        "input.CSV": "type,output\ninput,32x32x3\n",
        "long.csv": f"type,n\nconv,{'1' * 200_000}\n",
    }
    for name, text in there.items():
        Path(name).write_text(text)
    assert main(["new", *arguments]) == code
    assert said in capsys.readouterr().err
    assert {p.name: p.read_text() for p in Path().iterdir()} == there


def test_a_latex_table_is_laid_out_and_what_does_not_read_is_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("t.tex").write_text(LATEX)
    assert main(["new", "net", "--from", "t.tex"]) == 1
    assert Path("net.yaml").read_text() == (
        "name: net\n"
        "input: 224x224x3\n"
        "\n"
        "# blocks to be written:\n"
        "#   inception (3a)\n"
        "\n"
        "table:\n"
        "  columns: [type, patch size/stride: patch, output size, "
        '"#filters": filters, params]\n'
        "  rows:\n"
        "  - convolution: [Conv2D,            7x7/2, 109x109x64, 64, 9472]\n"
        "  - max pool: [MaxPooling2D,         3x3/2, 54x54x64]\n"
        "  - inception (3a): [inception (3a), ~,     28x28x256,   ~, ca. 159K]\n"
    )
    notes = capsys.readouterr().err.splitlines()
    assert notes == [
        "net.yaml: note: row 3 under `params`: `ca. 159K` does not read: "
        "a printed number is written like `159K`, `2.7M` or `22`",
        "net.yaml: note: the table tells no input: `input: 224x224x3` is a guess",
        "net.yaml: note: `inception (3a)` is no op: write a block",
    ]


@pytest.mark.thorough
def test_a_csv_table_whose_ops_are_known_checks_clean() -> None:
    """Sizes and operations of the rows are claims: those of two valid convolutions."""
    Path("t.csv").write_text(CSV, "utf-8")
    assert main(["new", "net", "--from", "t.csv"]) == 0
    net = archcompiler.load("net.yaml")
    assert net.parameters == 3 * 3 * 3 * 16 + 16 + 3 * 3 * 16 * 16 + 16
    assert main(["check", "net.yaml"]) == 0


def test_the_first_table_of_a_markdown_page_is_taken() -> None:
    laid = lay_out("net", read_grid(MARKDOWN, ".md"))
    assert laid.text.endswith("  - conv: [Conv2D, 3x3, 8]\n  - relu: [relu]\n")
    assert (laid.types, laid.unread, laid.size) == ((), (), "224x224x3")


def test_rows_of_one_type_are_numbered_and_cells_beyond_are_listed() -> None:
    grid = [["type", "n"], ["relu", "1"], ["relu", "x", "3"]]
    laid = lay_out("net", grid)
    assert laid.text.endswith("  - relu 1: [relu, 1]\n  - relu 2: [relu, x]\n")
    assert [(cell.row, cell.text) for cell in laid.unread] == [(2, "3"), (2, "x")]


def test_what_only_the_check_finds_in_a_laid_out_table_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("t.csv").write_text("type,type,n\nrelu,relu,1\n")
    assert main(["new", "net", "--from", "t.csv"]) == 1
    assert "net.yaml:5:19: error[duplicate-name]" in capsys.readouterr().err


def test_names_are_used_once_and_a_type_spelt_like_an_op_stays() -> None:
    grid = [["name", "type"], ["x", "relu"], ["x", "multi line"], ["x 1", "GAP"]]
    laid = lay_out("net", grid)
    assert laid.text.endswith(
        "  - x 2: [relu]\n  - x 3: [multi line]\n  - x 1: [GlobalAveragePooling2D]\n"
    )
    assert laid.types == ("multi line",)


@pytest.mark.parametrize(
    ("text", "ending", "said"),
    [
        ("type,n\n" + "conv,3\n" * 10_001, ".csv", "at most 10,000 rows"),
        ("a," * 3000 + "a\n1\n", ".csv", "at most 200 columns"),
        (r"\begin{tabular}{l} a \\ \multicolumn{99999}{c}{x}", ".tex", "200 columns"),
        (
            rf"\begin{{tabular}}{{l}} \multicolumn{{{'9' * 5000}}}",
            ".tex",
            "200 columns",
        ),
        ("|a" * 300 + "|\n" + "|-" * 300 + "|\n", ".md", "at most 200 columns"),
    ],
)
def test_a_table_larger_than_any_page_is_refused_at_once(text, ending, said):
    with pytest.raises(ValueError, match=said):
        read_grid(text, ending)
