"""A real browser, and pages opened in it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archcompiler.cli import main

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window; CI has it, elsewhere it may be missing."""
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium is here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Write the page of a spec, once for all tests of a process."""
    known: dict[tuple[str, ...], Path] = {}

    def write(*words: str) -> Path:
        if words not in known:
            path = tmp_path_factory.mktemp("page") / "page.html"
            main(["page", *words, "--no-explain", "-o", str(path)])
            known[words] = path
        return known[words]

    return write


@pytest.fixture
def visit(browser: Any, page_file: Callable[..., Path]) -> Iterator[Callable[..., Any]]:
    """Open the page of a spec; at the end, nothing may have reached the console."""
    said: list[str] = []
    contexts = []

    def open_page(*words: str, width: int = 1440, scheme: str = "light") -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            has_touch=width < 600,
            offline=True,
            bypass_csp=True,  # for what tests bring; the page's own rules stay tested
        )
        contexts.append(context)
        opened = context.new_page()
        opened.on("console", lambda message: said.append(message.text))
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.goto(page_file(*words).as_uri())
        return opened

    yield open_page
    for context in contexts:
        context.close()
    assert said == []
