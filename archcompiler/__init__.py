"""A declarative architecture compiler: a paper's table becomes a verified model."""

TYPE_CHECKING = False  # `typing` itself would be most of what `archc` first imports
if TYPE_CHECKING:
    from typing import Any

    from archcompiler.alignment import Alignment, ModelError, audit
    from archcompiler.architecture import Architecture
    from archcompiler.checking.checking import load
    from archcompiler.counting.rules import UnknownConventionError
    from archcompiler.diagnostics import Diagnostic, SpecError
    from archcompiler.porting import transplant
    from archcompiler.training.errors import TrainingError
    from archcompiler.training.loading import Run, load_run
    from archcompiler.transplanting import Transplant, TransplantError

__all__ = [
    "Alignment",
    "Architecture",
    "Diagnostic",
    "ModelError",
    "Run",
    "SpecError",
    "TrainingError",
    "Transplant",
    "TransplantError",
    "UnknownConventionError",
    "audit",
    "load",
    "load_run",
    "transplant",
]

_HOMES = {
    "Alignment": "archcompiler.alignment",
    "Architecture": "archcompiler.architecture",
    "Diagnostic": "archcompiler.diagnostics",
    "ModelError": "archcompiler.alignment",
    "Run": "archcompiler.training.loading",
    "SpecError": "archcompiler.diagnostics",
    "TrainingError": "archcompiler.training.errors",
    "Transplant": "archcompiler.transplanting",
    "TransplantError": "archcompiler.transplanting",
    "UnknownConventionError": "archcompiler.counting.rules",
    "audit": "archcompiler.alignment",
    "load": "archcompiler.checking.checking",
    "load_run": "archcompiler.training.loading",
    "transplant": "archcompiler.porting",
}


def __getattr__(name: str) -> "Any":
    """Import a public name when it is first asked for: `archc --help` needs none."""
    from importlib import import_module

    if name == "__version__":
        return import_module("importlib.metadata").version("archcompiler")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOMES[name]), name)
    return value


def __dir__() -> list[str]:
    """Return the public names, whether or not they were asked for."""
    return sorted([*globals(), *__all__, "__version__"])
