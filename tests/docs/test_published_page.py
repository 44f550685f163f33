"""docs/published.md: its tables are those of the specs and of the published counts."""

from pathlib import Path

import pytest
from examples import Runner, read_generated, refreshed
from published_rows import (
    REASONS,
    SOURCES,
    UNWRITTEN,
    operations,
    published_tables,
    read_rows,
)

PAGE = Path(__file__).parents[2] / "docs" / "published.md"


@pytest.fixture(scope="module")
def tables() -> dict[str, str]:
    return published_tables()


@pytest.fixture(scope="module")
def page(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    tables: dict[str, str],
) -> str:
    """Return the page; written anew where that is asked for."""
    if request.config.getoption("--refresh-goldens"):
        folder = tmp_path_factory.mktemp("published")
        PAGE.write_text(refreshed(PAGE.read_text(), Runner(folder), tables))
    return PAGE.read_text()


@pytest.mark.thorough
def test_the_tables_are_those_of_the_specs(page: str, tables: dict[str, str]) -> None:
    assert read_generated(page) == tables


@pytest.mark.thorough
@pytest.mark.parametrize("source", SOURCES)
def test_every_network_that_is_asked_for_is_in_the_list(source: str) -> None:
    assert SOURCES[source][1].keys() <= {row.name for row in read_rows(source)}


@pytest.mark.thorough
@pytest.mark.parametrize("source", SOURCES)
def test_what_is_asked_and_differs_has_a_reason(source: str) -> None:
    rows = read_rows(source)
    unexplained = [
        row.name
        for row in rows
        if row.asked and not row.equal and row.reason == UNWRITTEN
    ]
    assert not unexplained


@pytest.mark.thorough
@pytest.mark.parametrize("begin", REASONS)
def test_a_reason_is_true_of_rows_that_differ(begin: str) -> None:
    rows = [row for source in SOURCES for row in read_rows(source)]
    met = [row for row in rows if row.name.startswith(begin) and not row.equal]
    assert met, f"no row that differs begins with {begin}"


@pytest.mark.thorough
@pytest.mark.parametrize("source", ["torchvision", "keras applications"])
def test_every_network_without_attention_is_equal(source: str) -> None:
    differing = [row.name for row in read_rows(source) if not row.equal]
    assert all(name.startswith(("maxvit", "swin", "vit")) for name in differing)


@pytest.mark.slow
def test_torchvision_s_multiply_adds_are_ours() -> None:
    """But those of Inception-v3, whose auxiliary head torchvision does not count."""
    found = list(operations("torchvision"))
    assert len(found) == 67
    differing = [name for name, printed, ours in found if abs(printed - ours) > 5.1e-4]
    assert differing == ["inception_v3"]


@pytest.mark.slow
def test_pytorchcv_s_operations_are_ours() -> None:
    """But where it pools in functions, or computes at zeros that it cuts off then."""
    found = list(operations("pytorchcv"))
    differing = {name for name, printed, ours in found if abs(printed - ours) > 5.1e-3}
    cut = {"NASNet-A 4@1056", "NASNet-A 6@4032", "PNASNet-5-Large"}
    assert differing == {"CBAM-ResNet-50", *cut}
    assert len(found) == 99
