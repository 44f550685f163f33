"""The graph: the ops made from the table, every number known."""
