"""`archc mcp`: check, summary, audit, diff and emit as tools for assistants."""

import gc
import os
from typing import Any

from archcompiler.cli.usage import UsageError


def run(options: Any) -> int:
    """Serve an assistant until it leaves; what it asks for lies in one folder.

    Raises:
        UsageError: where the protocol's SDK is not installed, and for no folder.
    """
    gc.enable()  # a server is no short command
    try:
        os.chdir(options.folder)
    except OSError:
        raise UsageError(f"there is no folder `{options.folder}`") from None
    try:
        from archcompiler.assistants.server import serve
    except ModuleNotFoundError as error:
        message = f"the server needs the protocol's SDK, {error.name} is not installed"
        raise UsageError(f"{message}: pip install 'archcompiler[mcp]'") from None
    serve()
    return 0
