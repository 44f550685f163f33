"""`archc show`: the YAML of a spec, as it was written."""

import sys
from typing import Any

from archcompiler.audit.checking import load
from archcompiler.language.files import read_source_file
from archcompiler.language.loading import find_spec


def run(options: Any) -> int:
    """Print the file of a spec that is right, comments and all.

    Raises:
        SpecError: for a spec that is not there, or is wrong.
    """
    place = find_spec(options.spec)
    load(place)
    source = place.source or read_source_file(place.path)
    sys.stdout.write(source.text)
    return 0
