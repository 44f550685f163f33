"""A declarative architecture compiler: the table of a paper becomes a verified model."""
