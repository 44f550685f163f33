"""`archc lsp`: the language server, for editors."""

import gc
from typing import Any

from archcompiler.cli.usage import UsageError


def run(options: Any) -> int:
    """Serve an editor until it leaves.

    Raises:
        UsageError: where pygls is not installed.
    """
    del options
    try:
        from archcompiler.editor.server import serve
    except ModuleNotFoundError as error:
        message = f"the language server needs pygls, {error.name} is not installed"
        raise UsageError(f"{message}: pip install 'archcompiler[lsp]'") from None
    gc.freeze()  # what the imports made stays: it need not be looked at while typing
    gc.enable()  # a server is no short command
    serve()
    return 0
