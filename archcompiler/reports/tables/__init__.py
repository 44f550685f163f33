"""The paper's table, printed again: text, Markdown, CSV, LaTeX and JSON."""
