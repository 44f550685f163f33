"""One form of table, and one writer for each format: they know nothing of networks."""

FORMATS = ("text", "markdown", "csv", "latex", "json", "html")
"""Of a report; the modules that write them are imported by whoever writes."""
