"""Variants: edits of a base, sweeps of them, parameters given from outside."""
