"""Templates: files of source with places for what varies."""

from functools import cache
from pathlib import Path
from typing import Any

import jinja2


def render(path: Path, **values: Any) -> str:
    """Return the text of a template with values in their places."""
    return _template(path).render(**values)


@cache
def _template(path: Path) -> jinja2.Template:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    return environment.from_string(path.read_text("utf-8"))
