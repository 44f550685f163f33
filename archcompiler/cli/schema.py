"""`archc schema`: the JSON Schema of specs."""

import sys
from typing import Any

from archcompiler.language.spec.schema import schema_text


def run(options: Any) -> int:
    """Print the schema."""
    del options
    sys.stdout.write(schema_text())
    return 0
