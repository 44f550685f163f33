"""Readable Keras source: one function per block, one call per row of the table."""

from archcompiler.backends.keras_source.module import emit_source

__all__ = ["emit_source"]
