"""The graph: a networkx graph of ops, made from the table, every number known."""
