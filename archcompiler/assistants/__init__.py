"""The server of tools for assistants, by the Model Context Protocol."""
