"""docs/against.md: its commands print what it shows.

After a change that is meant, `pytest tests/docs --refresh-goldens` writes the page
anew.
"""

from pathlib import Path

import pytest
from examples import Runner, read_examples, refreshed

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keras")]

PAGE = Path(__file__).parents[2] / "docs" / "against.md"


def test_the_examples_of_the_page_print_what_it_shows(request, tmp_path):
    if request.config.getoption("--refresh-goldens"):
        PAGE.write_text(refreshed(PAGE.read_text(), Runner(tmp_path), {}))
    runner = Runner(tmp_path)
    for example in read_examples(PAGE.read_text()):
        assert runner.run(example) == example.text, f"docs/against.md:{example.line}"
