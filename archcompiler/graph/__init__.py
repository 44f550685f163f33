"""The graph: a networkx graph of ops, made from the table, in which every number is known."""
