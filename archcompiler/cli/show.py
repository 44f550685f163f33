"""`archc show`: the YAML of a spec, as it was written or with its edits merged."""

import sys
from typing import Any

from archcompiler.checking.checking import load
from archcompiler.cli.usage import UsageError
from archcompiler.language.loading.places import find_spec
from archcompiler.language.text.files import read_source_file


def run(options: Any) -> int:
    """Print the file of a spec that is right, comments and all.

    Raises:
        SpecError: for a spec that is not there, or is wrong.
        UsageError: for settings, which no file has.
    """
    place = find_spec(options.spec)
    if options.settings and not options.merged and place.run is None:
        raise UsageError("`--set` shows in what `--merged` prints: add it")
    architecture = load(place, **options.settings)
    if options.merged or place.run is not None:  # what was set is in no file
        from archcompiler.reports.merging import merged_text

        sys.stdout.write(merged_text(architecture))
        return 0
    source = place.source or read_source_file(place.path)
    sys.stdout.write(source.text)
    return 0
