"""The Spec and its parts: blocks, table, claims, grids; their JSON Schema."""
