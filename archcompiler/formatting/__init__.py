"""Formatting: a spec as its authors would lay it out, its columns under each other."""

from archcompiler.formatting.formatting import format_spec

__all__ = ["format_spec"]
