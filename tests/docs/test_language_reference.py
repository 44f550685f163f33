"""The reference of the language: every example does what the page says.

After a change that is meant, `pytest tests/docs --refresh-goldens` writes the page
anew.
"""

import re
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest
from examples import (
    REFERENCE,
    Example,
    Runner,
    read_examples,
    read_generated,
    refreshed,
)
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

EXAMPLES = read_examples(REFERENCE.read_text())


@pytest.fixture(scope="module")
def reference(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the page; written anew where that is asked for."""
    if request.config.getoption("--refresh-goldens"):
        text = REFERENCE.read_text()
        runner = Runner(tmp_path_factory.mktemp("refreshed"))
        REFERENCE.write_text(refreshed(text, runner, generated_tables()))
    return REFERENCE.read_text()


@pytest.fixture(scope="module")
def answers(
    reference: str, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Example, str]]:
    """Run the page from top to bottom: each example, and what comes out."""
    runner = Runner(tmp_path_factory.mktemp("reference"))
    return [(example, runner.run(example)) for example in read_examples(reference)]


@pytest.mark.parametrize(
    "number", range(len(EXAMPLES)), ids=[f"line {e.line}" for e in EXAMPLES]
)
def test_the_page_shows_what_archc_prints(
    number: int, answers: list[tuple[Example, str]]
) -> None:
    example, printed = answers[number]
    assert printed == example.text, f"docs/language.md:{example.line}"


def test_every_mistake_is_refused() -> None:
    mistakes = [e for e in EXAMPLES if e.is_mistake]
    assert len(mistakes) > 20
    for example in mistakes:
        assert ": error[" in example.text, f"docs/language.md:{example.line}"


def test_every_spec_is_whole_and_checked() -> None:
    commands = "".join(e.text for e in EXAMPLES if e.kind == "console")
    specs = [e for e in EXAMPLES if e.kind == "yaml"]
    assert len(specs) > 20
    used = {
        name for e in specs for name in re.findall(r"^use: \[(.*)\]$", e.text, re.M)
    }
    for example in specs:
        is_used = any(example.name.removesuffix(".yaml") in names for names in used)
        checked = re.search(rf"^\$ archc .*\b{example.name}\b", commands, re.MULTILINE)
        assert checked or is_used


def test_a_spec_is_named_once() -> None:
    names = [e.name for e in EXAMPLES if e.kind == "yaml"]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("table", generated_tables())
def test_the_tables_of_ops_are_those_of_the_code(table: str, reference: str) -> None:
    assert read_generated(reference)[table] == generated_tables()[table]


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
def test_the_page_names_every_word_of_the_language(word: str, reference: str) -> None:
    assert re.search(rf"`(?:[^`\n]*[ {{]|\.)?{re.escape(word)}\b", reference)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_page_names_every_function(name: str, reference: str) -> None:
    assert re.search(rf"\| .*`{name}\(", reference)


@pytest.mark.parametrize("name", sorted(ATTRIBUTES))
def test_the_page_names_every_attribute(name: str, reference: str) -> None:
    assert f"`.{name}`" in reference


def test_links_within_the_page_lead_somewhere(reference: str) -> None:
    headings = re.findall(r"^#+ (.*)$", reference, re.MULTILINE)
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", h.lower()).replace(" ", "-") for h in headings
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", reference)) <= anchors


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


def test_a_wrong_page_is_noticed_and_mended(tmp_path: Path) -> None:
    runner = Runner(tmp_path)
    spec, command = read_examples(WRONG_PAGE)
    assert runner.run(spec) == spec.text
    assert runner.run(command) != command.text
    assert runner.run(command) in refreshed(WRONG_PAGE, runner, {})
