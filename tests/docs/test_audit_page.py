"""docs/audit.md: its tables are what the audit finds.

After a change that is meant, `pytest tests/docs --refresh-goldens` writes the page
anew.
"""

from pathlib import Path

import pytest
from audit_tables import audit_tables, audits
from examples import Runner, read_examples, read_generated, refreshed

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[2] / "docs" / "audit.md"


@pytest.fixture(scope="module")
def page(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the page; written anew where that is asked for."""
    if request.config.getoption("--refresh-goldens"):
        folder = tmp_path_factory.mktemp("audit")
        PAGE.write_text(refreshed(PAGE.read_text(), Runner(folder), audit_tables()))
    return PAGE.read_text()


def test_the_page_says_what_the_audit_finds(page):
    shown, found = read_generated(page), audit_tables()
    assert shown.keys() == found.keys()
    for name, text in found.items():
        assert shown[name] == text, name


def test_the_examples_of_the_page_print_what_it_shows(page, tmp_path):
    runner = Runner(tmp_path)
    for example in read_examples(page):
        assert runner.run(example) == example.text, f"docs/audit.md:{example.line}"


def test_every_spec_that_prints_anything_passes_the_audit():
    assert [name for name, full in audits().items() if not full.ok] == []
