"""One page for a table: its figure, its cells and claims, its source, its audit."""
