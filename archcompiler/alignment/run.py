"""The run of an audit against a model: load, read, then lay one beside the other."""

from collections.abc import Mapping
from typing import Any

from archcompiler.alignment.aligning import align
from archcompiler.alignment.alignment import Alignment
from archcompiler.architecture import Architecture
from archcompiler.checking.checking import examine
from archcompiler.diagnostics import SpecError
from archcompiler.reading.opening import open_model


def run_audit(
    spec: Any, model: Any, parameters: Mapping[str, Any], *, strict: bool
) -> Alignment:
    """Compare, as `alignment.audit` says."""
    architecture = _architecture(spec, parameters)
    images = tuple(each.shape for each in architecture.inputs)
    return align(architecture, open_model(model, images), strict=strict)


def _architecture(spec: Any, parameters: Mapping[str, Any]) -> Architecture:
    if isinstance(spec, Architecture):
        if parameters:
            name = next(iter(parameters))
            raise TypeError(f"`{name}` is set where the spec is loaded: load(...)")
        return spec
    checked = examine(spec, parameters)
    if checked.architecture is None:
        raise SpecError(checked.diagnostics)
    return checked.architecture
