"""YAML text: files, tokens, positioned nodes, the notations of papers."""
