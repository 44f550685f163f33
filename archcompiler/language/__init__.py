"""The language: YAML text becomes a positioned document, then a validated Spec."""
