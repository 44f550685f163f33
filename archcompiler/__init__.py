"""A declarative architecture compiler: the table of a paper becomes a verified model."""

from archcompiler.architecture import Architecture
from archcompiler.audit.checking import load
from archcompiler.diagnostics import Diagnostic, SpecError

__all__ = ["Architecture", "Diagnostic", "SpecError", "load"]
