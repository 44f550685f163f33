"""`archc show`: the YAML of a spec, as it was written."""

import sys
from typing import Any

from archcompiler.audit.checking import load
from archcompiler.language.loading import find_spec


def run(options: Any) -> int:
    """Print the file of a spec that is right, comments and all.

    Raises:
        SpecError: for a spec that is not there, or is wrong.
    """
    load(options.spec)
    sys.stdout.write(find_spec(options.spec).path.read_text("utf-8"))
    return 0
