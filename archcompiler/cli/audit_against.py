"""`archc audit SPEC --against MODEL`: a foreign implementation against the table."""

import sys
from typing import Any

from archcompiler.alignment import ModelError, audit
from archcompiler.cli.usage import UsageError
from archcompiler.reports.alignment import format_alignment
from archcompiler.reports.text import embolden


def audit_against(options: Any) -> int:
    """Print what the model does otherwise than the table; return 1 where it does.

    Raises:
        SpecError: for a spec that cannot be built.
        UsageError: for a model that cannot be read.
    """
    try:
        alignment = audit(
            options.spec, options.against, strict=options.strict, **options.settings
        )
    except ModelError as error:
        raise UsageError(str(error)) from None
    if options.format == "json":
        import json

        print(json.dumps(alignment.to_dict(), indent=2))
    elif options.format == "markdown":
        print(format_alignment(alignment, markdown=True))
    else:
        print(embolden(format_alignment(alignment), sys.stdout))
    return 1 if alignment.differs else 0
