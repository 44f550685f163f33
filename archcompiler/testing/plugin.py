"""The plugin for pytest: `pytest --archc specs/` runs each printed cell as a test.

Of each spec there is a test of the file itself, `check`, and below each configuration
and variant one for every printed cell and every expected total. All that is imported
when pytest starts is this file.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from archcompiler.checking.checking import Checked
    from archcompiler.diagnostics import Diagnostic, Span
    from archcompiler.language.loading.places import SpecPlace

_SUFFIXES = (".yaml", ".yml")
_TOLD_BY_A_CELL = ("size-mismatch", "claim-mismatch", "expectation-failed")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--archc`."""
    group = parser.getgroup("archcompiler")
    help = "collect specs: a test for each printed cell, total and variant"
    group.addoption("--archc", action="store_true", help=help)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "SpecFile | None":
    """Collect a spec; of a folder's YAML files those that look like one."""
    if not parent.config.getoption("archc") or file_path.suffix not in _SUFFIXES:
        return None
    from archcompiler.language.loading.places import looks_like_spec

    if not parent.session.isinitpath(file_path) and not looks_like_spec(file_path):
        return None
    return SpecFile.from_parent(parent, path=file_path)


class SpecFile(pytest.File):
    """A spec: the check of the file, then its configurations and variants."""

    def collect(self) -> "Iterator[pytest.Item | pytest.Collector]":
        """Yield the check, and each configuration and variant."""
        from archcompiler.checking.checking import examine_all
        from archcompiler.language.loading.places import SpecPlace

        place = SpecPlace(self._near_path())
        yield CheckItem.from_parent(self, name="check", place=place)
        for name, checked in examine_all(place):
            yield Configuration.from_parent(self, name=name, checked=checked)

    def _near_path(self) -> Path:
        """Return the path as people would write it where they started pytest."""
        here = self.config.invocation_params.dir
        is_below = self.path.is_relative_to(here)
        return self.path.relative_to(here) if is_below else self.path


class Configuration(pytest.Collector):
    """The table in one of its configurations, or a variant of it."""

    def __init__(self, *, checked: "Checked", **more: Any) -> None:
        super().__init__(**more)
        self.checked = checked

    def collect(self) -> "Iterator[pytest.Item]":
        """Yield whether it can be built, and each printed cell and expected total."""
        checked = self.checked
        failures = () if checked.architecture else checked.diagnostics
        yield FindingItem.from_parent(self, name="builds", found=failures)
        told = {found.span: found for found in checked.diagnostics}
        for name, span, found in _judged(checked):
            named = (told.get(span, found),) if found else ()
            yield FindingItem.from_parent(self, name=name, found=named, span=span)


def _judged(checked: "Checked") -> "Iterator[tuple[str, Span, Diagnostic | None]]":
    """Yield the name, the place and the finding of each cell and expected total."""
    if checked.architecture is None or checked.audit is None:
        return
    from archcompiler.claims.expectations import check_expectations

    for verdict in checked.audit.verdicts:
        differs = verdict.judgement == "differs"
        found = verdict.diagnostic if differs else None
        yield f"{verdict.row} {verdict.column}", verdict.cell.span, found
    missed = {each.span: each for each in check_expectations(checked.architecture)}
    expect = checked.architecture.program.expect
    for total, expected in expect.totals() if expect else ():
        span = expected.cell.span
        yield f"expect {total.replace('_', '-')}", span, missed.get(span)


class SpecItem(pytest.Item):
    """A test whose failure is told as `archc check` tells it."""

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> Any:
        """Return the findings, without a traceback: nobody's code has failed."""
        from archcompiler.diagnostics import SpecError

        if isinstance(excinfo.value, SpecError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class FindingItem(SpecItem):
    """One thing that was judged when it was collected."""

    def __init__(
        self,
        *,
        found: "tuple[Diagnostic, ...]",
        span: "Span | None" = None,
        **more: Any,
    ) -> None:
        super().__init__(**more)
        self.found = found
        self.span = span

    def runtest(self) -> None:
        """Raise what was found."""
        from archcompiler.diagnostics import SpecError

        if self.found:
            raise SpecError(self.found)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the place of the cell."""
        return self.path, self.span.line - 1 if self.span else None, self.name


class CheckItem(SpecItem):
    """Everything that `archc check` finds and that no cell's test tells."""

    def __init__(self, *, place: "SpecPlace", **more: Any) -> None:
        super().__init__(**more)
        self.place = place

    def runtest(self) -> None:
        """Check the file: its form, its errata, its recipe and its sweep."""
        from archcompiler.checking.checking import check
        from archcompiler.diagnostics import SpecError

        found = check(self._place_from_here()).diagnostics
        rest = [each for each in found if each.code not in _TOLD_BY_A_CELL]
        if rest:
            raise SpecError(rest)

    def _place_from_here(self) -> "SpecPlace":
        """Return the place, whole where a test before this one went elsewhere."""
        near = self.place.path
        is_here = near.exists() and near.samefile(self.path)
        return self.place if is_here else replace(self.place, path=self.path)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the file."""
        return self.path, None, self.name
