"""The server: the tools over standard input and output."""

from importlib.metadata import version

from mcp.server import MCPServer
from mcp.server.mcpserver.tools import Tool as Served

from archcompiler.assistants.tools import TOOLS, Tool, answering

_INSTRUCTIONS = """\
archcompiler checks the architecture table of a paper, stored as YAML, without building
anything. `spec` is the name of a spec that ships (googlenet, resnet50), a path below
the folder that is served, FILE:VARIANT, or the YAML itself. `settings` sets parameters,
such as {"classes": 10}. Answers with `ok: false` have diagnostics: each has a place, a
help, and often the edits that mend it; apply them and check again."""


def serve() -> None:
    """Answer an assistant until it leaves."""
    own = version("archcompiler")
    tools = [_closed(name, tool) for name, tool in TOOLS.items()]
    server = MCPServer(
        "archcompiler", instructions=_INSTRUCTIONS, version=own, tools=tools
    )
    server.run("stdio")


def _closed(name: str, tool: Tool) -> Served:
    """Return a tool that refuses arguments it has not: `setting` would set nothing."""
    served = Served.from_function(answering(tool), name=name)
    arguments = served.fn_metadata.arg_model
    arguments.model_config["extra"] = "forbid"
    arguments.model_rebuild(force=True)
    return served.model_copy(update={"parameters": arguments.model_json_schema()})
