"""The server: the tools over standard input and output."""

from importlib.metadata import version

from mcp.server import MCPServer

from archcompiler.assistants.tools import TOOLS, answering

_INSTRUCTIONS = """\
archcompiler checks the architecture table of a paper, stored as YAML, without building
anything. `spec` is the name of a spec that ships (googlenet, resnet50), a path below
the folder that is served, FILE:VARIANT, or the YAML itself. `settings` sets parameters,
such as {"classes": 10}. Answers with `ok: false` have diagnostics: each has a place, a
help, and often the edits that mend it; apply them and check again."""


def serve() -> None:
    """Answer an assistant until it leaves."""
    own = version("archcompiler")
    server = MCPServer("archcompiler", instructions=_INSTRUCTIONS, version=own)
    for name, tool in TOOLS.items():
        server.tool(name=name)(answering(tool))
    server.run("stdio")
