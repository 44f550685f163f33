"""Links between the documents: each leads to a page that is there, and to a heading."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@cache
def anchors(page: Path) -> set[str]:
    """Return what a link may name of a page: its headings, as sites write them."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    headings = re.findall(r"^#+ (.*)$", prose, re.M)
    return {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}


def links(page: Path) -> list[str]:
    """Return the links of a page to others of the repository."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.M | re.S)
    found = re.findall(r"\]\(([^)\s]*)\)", re.sub(r"`[^`\n]*`", "", prose))
    return [link for link in found if "://" not in link]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for link in links(page):
        place, _, anchor = link.partition("#")
        target = page.parent / place if place else page
        assert target.exists(), f"{page.name}: there is no {place}"
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


def test_links_are_found():
    assert "docs/tutorial.md" in links(ROOT / "README.md")
    assert "the-keys-of-a-spec" in anchors(ROOT / "docs/language/README.md")
