"""docs/zoo.md: its tables are those of the specs, its lengths those of the modules.

After a change that is meant, `pytest tests/docs --refresh-goldens` writes the page
anew; `python -m tests.docs.line_counts` first counts the modules that are installed.
"""

from pathlib import Path

import pytest
from examples import Runner, read_generated, refreshed
from line_counts import (
    installed_version,
    measure_python,
    measure_spec,
    read_modules,
    recount,
)
from zoo_tables import zoo_tables

from archcompiler.language.loading.places import shipped_specs

PAGE = Path(__file__).parents[2] / "docs" / "zoo.md"
MODULES = read_modules()


@pytest.fixture(scope="module")
def tables() -> dict[str, str]:
    return zoo_tables()


@pytest.fixture(scope="module")
def page(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """Return the page; written anew where that is asked for."""
    if request.config.getoption("--refresh-goldens"):
        folder = tmp_path_factory.mktemp("zoo")
        PAGE.write_text(refreshed(PAGE.read_text(), Runner(folder), zoo_tables()))
    return PAGE.read_text()


@pytest.mark.thorough
@pytest.mark.parametrize("table", ["counts", "lengths", "uncounted"])
def test_the_tables_are_those_of_the_specs(page, tables, table):
    assert read_generated(page)[table] == tables[table]


@pytest.mark.thorough
def test_the_page_has_every_table_and_no_other(page, tables):
    assert read_generated(page).keys() == tables.keys()


def test_the_page_names_every_spec(page):
    for name in shipped_specs():
        assert f"`{name}`" in page


def test_the_page_counts_every_module_of_a_spec_that_ships():
    assert {module.spec for module in MODULES} <= shipped_specs().keys()


@pytest.mark.parametrize("module", MODULES, ids=lambda m: f"{m.spec} {m.path}")
def test_a_module_is_as_long_as_was_counted(module):
    version = installed_version(module.package)
    if version != module.version:
        pytest.skip(f"{module.package} {module.version} is not installed")
    assert recount(module) == module


MODULE = '''\
"""Title.

More.
"""

# why
numbers = [
    1,  # one
]
TEXT = """
a
"""
'''


def test_python_is_measured_without_comments_blank_lines_and_docstrings():
    code = ["numbers = [", "1,  # one", "]", 'TEXT = """']
    assert measure_python(MODULE) == (12, 4, len("".join(code)))


def test_a_spec_is_measured_without_comments_and_blank_lines():
    assert measure_spec("# why\n\nname: a\n  b: 1  # one\n") == (4, 2, 7 + 11)
