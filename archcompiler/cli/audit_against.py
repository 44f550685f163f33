"""`archc audit SPEC --against MODEL`: a foreign implementation against the table."""

from typing import Any

from archcompiler.alignment import ModelError, audit
from archcompiler.cli.printing import print_report
from archcompiler.cli.usage import UsageError
from archcompiler.reports.alignment import alignment_report


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
    name = f"{alignment.spec} {alignment.model}"
    print_report(alignment_report(alignment), options.format, alignment.to_dict, name)
    return 1 if alignment.differs else 0
