"""`archc audit SPEC --against MODEL`: a foreign implementation against the table."""

import sys
from typing import Any

from archcompiler.alignment.aligning import align
from archcompiler.alignment.errors import ModelError
from archcompiler.alignment.opening import open_model
from archcompiler.auditing.checking import examine
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import SpecError
from archcompiler.reports.alignment import alignment_record, format_alignment
from archcompiler.reports.text import embolden


def audit_against(options: Any) -> int:
    """Print what the model does otherwise than the table; return 1 where it does.

    Raises:
        SpecError: for a spec that cannot be built.
        UsageError: for a model that cannot be read.
    """
    checked = examine(options.spec, options.settings)
    architecture = checked.architecture
    if architecture is None:
        raise SpecError(checked.diagnostics)
    inputs = architecture.inputs
    try:
        model = open_model(
            options.against, inputs[0].shape if len(inputs) == 1 else None
        )
        alignment = align(architecture, model)
    except ModelError as error:
        raise UsageError(str(error)) from None
    if options.format == "json":
        import json

        print(json.dumps(alignment_record(alignment), indent=2))
    elif options.format == "markdown":
        print(format_alignment(alignment, markdown=True))
    else:
        print(embolden(format_alignment(alignment), sys.stdout))
    return 0 if alignment.is_clean else 1
