"""docs/language: every example does what its page says, and every word is named.

After a change that is meant, `pytest tests/docs --refresh-goldens` writes the pages
anew.
"""

import re
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest
from examples import LANGUAGE, Runner, read_examples, read_generated, refreshed
from op_tables import generated_tables

from archcompiler.claims.conventions import COUNTS, ROUNDINGS
from archcompiler.counting.reading import RuleForm
from archcompiler.language.expressions.functions import FUNCTIONS
from archcompiler.language.expressions.naming import REPETITION
from archcompiler.language.expressions.syntax import ATTRIBUTES
from archcompiler.language.spec.blocks import Block
from archcompiler.language.spec.claims import Claims, Convention, Expect, Paper
from archcompiler.language.spec.grids import Grid
from archcompiler.language.spec.spec import Spec, Sweep, VariantFile
from archcompiler.language.spec.table import CLAIM_COLUMNS, ROW_WORDS
from archcompiler.ops import fields

PAGES = sorted(LANGUAGE.glob("*.md"))
FIRST = LANGUAGE / "README.md"
EXAMPLES = {page: read_examples(page.read_text()) for page in PAGES}
ALL = list(chain.from_iterable(EXAMPLES.values()))


def reader_of(page: Path, folder: Path) -> Runner:
    """Return who begins to read a page, with the specs of the first page at hand."""
    folder.mkdir()
    runner = Runner(folder)
    if page != FIRST:
        for example in EXAMPLES[FIRST]:
            if example.kind == "yaml":
                runner.run(example)
    return runner


@pytest.mark.thorough
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_shows_what_archc_prints(
    page: Path, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if request.config.getoption("--refresh-goldens"):
        text, runner = page.read_text(), reader_of(page, tmp_path / "refreshed")
        page.write_text(refreshed(text, runner, generated_tables()))
    runner = reader_of(page, tmp_path / "read")
    for example in read_examples(page.read_text()):
        printed = runner.run(example)
        assert example.shows(printed), f"{page.name}:{example.line}\n{printed}"


def test_every_example_is_run() -> None:
    for page, examples in EXAMPLES.items():
        left_out = [f"{page.name}:{each.line}" for each in examples if not each.is_run]
        assert left_out == []


def test_every_mistake_is_refused() -> None:
    mistakes = [e for e in ALL if e.is_mistake]
    assert len(mistakes) > 20
    for example in mistakes:
        assert ": error[" in example.text, example


def test_every_spec_is_whole_and_checked() -> None:
    commands = "".join(e.text for e in ALL if e.kind == "console")
    specs = [e for e in ALL if e.kind == "yaml"]
    assert len(specs) > 20
    used = {
        name for e in specs for name in re.findall(r"^use: \[(.*)\]$", e.text, re.M)
    }
    for example in specs:
        is_used = any(example.name.removesuffix(".yaml") in names for names in used)
        checked = re.search(rf"^\$ archc .*\b{example.name}\b", commands, re.MULTILINE)
        assert checked or is_used


def test_a_spec_is_named_once() -> None:
    names = [e.name for e in ALL if e.kind == "yaml"]
    assert sorted(names) == sorted(set(names))


@pytest.fixture(scope="module")
def reference() -> str:
    """Return all pages as one text."""
    return "\n".join(page.read_text() for page in PAGES)


@pytest.mark.parametrize("table", generated_tables())
def test_the_tables_of_ops_are_those_of_the_code(table: str, reference: str) -> None:
    assert reference.count(f"<!-- generated: {table} -->") == 1
    assert read_generated(reference)[table] == generated_tables()[table]


def test_the_page_of_ops_says_how_each_kind_of_argument_is_written() -> None:
    told = re.findall(r"\| ([a-z ]+) \|$", generated_tables()["arguments"], re.M)[1:]
    written = (LANGUAGE / "ops.md").read_text().partition("| what | is written |")[2]
    shown = re.findall(r"^\| ([a-z ,]+) \|", written, re.M)
    assert set(told) == {kind for kinds in shown for kind in kinds.split(", ")}


def test_the_first_page_leads_to_every_other() -> None:
    text = FIRST.read_text()
    unnamed = [page for page in PAGES if f"]({page.name})" not in text]
    assert unnamed == [FIRST]


FORMS = (
    *(Spec, VariantFile, Block, Paper, Claims, Convention, Expect, Sweep, Grid),
    RuleForm,
)
WORDS = [
    *chain.from_iterable(form.keys() for form in FORMS),
    *("branches", "merge", "then"),
    *ROW_WORDS,
    *CLAIM_COLUMNS,
    *REPETITION,
    *ROUNDINGS,
    *(count for counts in COUNTS.values() for count in counts),
    *get_args(fields.Padding),
    *get_args(fields.Interpolation),
]


@pytest.mark.parametrize("word", sorted(set(WORDS)))
def test_the_pages_name_every_word_of_the_language(word: str, reference: str) -> None:
    assert re.search(rf"`(?:[^`\n]*[ {{]|\.)?{re.escape(word)}\b", reference)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_pages_name_every_function(name: str, reference: str) -> None:
    assert re.search(rf"\| .*`{name}\(", reference)


@pytest.mark.parametrize("name", sorted(ATTRIBUTES))
def test_the_pages_name_every_attribute(name: str, reference: str) -> None:
    assert f"`.{name}`" in reference


WRONG_PAGE = """\
```yaml
name: a
input: 4
table: {columns: [type], rows: [relu]}
```
```console
$ archc check a.yaml
a: 1 parameters
```
"""


@pytest.mark.thorough
def test_a_wrong_page_is_noticed_and_mended(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    spec, command = read_examples(WRONG_PAGE)
    assert runner.run(spec) == spec.text
    assert runner.run(command) != command.text
    assert runner.run(command) in refreshed(WRONG_PAGE, runner, {})
