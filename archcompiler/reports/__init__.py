"""Reports: the summary, the difference of two architectures, the catalogue, records."""
