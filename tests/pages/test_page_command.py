"""`archc page`: what is written, that it is one file, and what is refused."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hostile_pages import FAILING, HOSTILE

from archcompiler import load
from archcompiler.cli import main
from archcompiler.pages.highlighting import highlighted


class Reader(HTMLParser):
    """Collects the elements of a page, and what its scripts hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: dict[str | None, str] = {}
        self.at: str | None = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):  # noqa: D102
        self.elements.append((tag, dict(attrs)))
        self.at = dict(attrs).get("id") if tag == "script" else None

    def handle_data(self, data):  # noqa: D102
        if self.elements and self.elements[-1][0] == "script":
            self.scripts[self.at] = self.scripts.get(self.at, "") + data

    @property
    def ids(self) -> list[str | None]:
        """The ids of all elements."""
        return [found["id"] for _, found in self.elements if "id" in found]


def written(path: Path, *words: str, code: int = 0) -> Reader:
    """Write a page and read it."""
    assert main(["page", *words, "-o", str(path)]) == code
    return Reader(path.read_text("utf-8"))


@pytest.fixture(scope="module")
def googlenet(tmp_path_factory) -> Reader:
    path = tmp_path_factory.mktemp("page") / "googlenet.html"
    return written(path, "googlenet", "--no-explain")


@pytest.mark.thorough
def test_a_page_needs_no_other_file(googlenet):
    for tag, attributes in googlenet.elements:
        assert tag not in ("link", "img", "iframe", "object", "base")
        assert not {"src", "href", "xlink:href"} & attributes.keys()
    style = Path("archcompiler/pages/page.css")
    text = (Path(__file__).parents[2] / style).read_text("utf-8")
    assert "url(" not in text
    assert "@import" not in text


@pytest.mark.thorough
def test_every_id_is_there_once(googlenet):
    assert len(googlenet.ids) == len({*googlenet.ids})


@pytest.mark.thorough
def test_every_row_and_every_cell_has_facts_and_lines_that_are_there(googlenet):
    (side,) = json.loads(googlenet.scripts["facts"])
    items = side["items"]
    rows = [id for id, item in items.items() if "facts" in item]
    assert len(rows) == len(load("googlenet").rows)
    for item in items.values():
        assert item["within"] or item["lines"]
        for first, last in item["within"] + item["lines"]:
            assert {f"line-{first}", f"line-{last}"} <= {*googlenet.ids}
    assert items.keys() <= {*googlenet.ids}
    assert {other for item in items.values() for other in item["also"]} <= {
        *googlenet.ids
    }


@pytest.mark.thorough
def test_a_page_tells_each_claim_with_its_verdict(googlenet):
    (side,) = json.loads(googlenet.scripts["facts"])
    claims = [
        claim for item in side["items"].values() for claim in item.get("claims", ())
    ]
    excused = [claim for claim in claims if claim["verdict"] == "excused"]
    assert len(excused) == 12
    assert all(claim["reason"] for claim in excused)


@pytest.mark.thorough
def test_a_cell_tells_of_each_call(googlenet):
    (side,) = json.loads(googlenet.scripts["facts"])
    cell = side["items"]["cell-b-2"]
    assert cell["calls"][0] == ["3a", "28x28x96", "18,528", "14,450,688", "27 / 8"]
    assert len(cell["calls"]) == 9


@pytest.mark.thorough
def test_equal_specs_have_equal_pages(tmp_path):
    for name in ("one.html", "other.html"):
        written(tmp_path / name, "resnet50")
    one, other = [(tmp_path / name).read_bytes() for name in ("one.html", "other.html")]
    assert one == other


@pytest.mark.thorough
def test_no_text_of_a_spec_becomes_markup(tmp_path, write_spec):
    page = written(tmp_path / "hostile.html", write_spec(HOSTILE))
    assert "pwned" not in page.ids
    assert not [a for _, a in page.elements if "onfocus" in a or "onerror" in a]
    assert [tag for tag, _ in page.elements].count("script") == 2
    (side,) = json.loads(page.scripts["facts"])
    titles = [item["title"] for item in side["items"].values()]
    assert '--> & "q" id=pwned' in titles


@pytest.mark.thorough
def test_a_page_of_a_spec_whose_claims_fail_is_written_all_the_same(
    tmp_path, write_spec, capsys
):
    path = tmp_path / "failing.html"
    page = written(path, write_spec(FAILING), code=1)
    assert "size-mismatch" in capsys.readouterr().err
    (side,) = json.loads(page.scripts["facts"])
    assert [c["verdict"] for c in side["items"]["row-one"]["claims"]] == ["differs"]
    assert "size-mismatch" in path.read_text("utf-8")


@pytest.mark.thorough
def test_two_specs_stand_beside_each_other_with_what_differs(tmp_path, write_spec):
    spec = write_spec(
        "{name: wide, extends: googlenet, cells: {3a: {5x5: 48}}}", "wide.yaml"
    )
    page = written(
        tmp_path / "both.html", spec, "--compare", "googlenet", "--no-explain"
    )
    base, variant = json.loads(page.scripts["facts"])
    assert "variant-row-3a" in base["items"]["base-row-3a"]["also"]
    assert "base-row-3a" in variant["items"]["variant-row-3a"]["also"]
    changed = [a["data-item"] for t, a in page.elements if a.get("class") == "changed"]
    assert changed == [
        f"{side}-row-{n}" for side in ("base", "variant") for n in ("3a", "3b")
    ]


@pytest.mark.thorough
def test_a_page_is_never_written_over_a_spec(write_spec, capsys):
    spec = write_spec(FAILING)
    assert main(["page", spec, "-o", spec]) == 2
    assert "write elsewhere" in capsys.readouterr().err


def test_a_spec_that_cannot_be_built_has_no_page(tmp_path, write_spec, capsys):
    spec = write_spec("{name: bad, input: 8x8x3, table: [one: {conv: {patch: 3x3}}]}")
    assert main(["page", spec, "-o", str(tmp_path / "bad.html")]) == 1
    assert not (tmp_path / "bad.html").exists()
    assert "error[" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["googlenet", "resnet50", "googlenet_digits_training"])
def test_highlighting_keeps_every_character(name):
    path = Path(__file__).parents[2] / "generated" / f"{name}.py"
    text = path.read_text("utf-8")
    lines = ["".join(piece.text for piece in line) for line in highlighted(text)]
    assert lines == text.splitlines()


def test_highlighting_knows_what_is_what():
    (line,) = highlighted('return f(x, 1.5, f"{a}_b")  # why\n')
    kinds = [(piece.kind, piece.text) for piece in line if piece.kind]
    assert kinds == [
        ("keyword", "return"),
        ("number", "1.5"),
        ("text", 'f"{a}_b"'),
        ("comment", "# why"),
    ]


def test_no_rule_of_the_page_names_a_colour_of_its_figures():
    style = (Path(__file__).parents[2] / "archcompiler/pages/page.css").read_text()
    from archcompiler.figures.svg_rules import page_rules

    drawn = {*re.findall(r"^\.([\w-]+)\{", page_rules(), re.MULTILINE)}
    assert drawn
    assert drawn.isdisjoint(re.findall(r"\.([a-z][\w-]*)", style))
