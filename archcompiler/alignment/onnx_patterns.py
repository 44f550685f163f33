"""Patterns: functions that exporters write out in many nodes."""

from archcompiler.alignment.onnx_file import OnnxNode
from archcompiler.alignment.onnx_reader import Reader
from archcompiler.ops.normalization import LocalResponseNormalization

_LAYOUT = {"If", "Identity", "Pad", "Reshape", "Squeeze", "Unsqueeze"}


def local_normalisation(
    reader: Reader, node: OnnxNode
) -> LocalResponseNormalization | None:
    """Return the normalisation that PyTorch writes as `x / (k + alpha * mean) ** beta`.

    The mean of the squares is an average pooling along the channels.
    """
    whole, divisor = node.inputs
    found: dict[str, float] = {}
    for maker in reader.before(divisor):
        if maker.kind == "Mul" and maker.inputs == (whole, whole):
            return _normalisation(found)
        if maker.kind == "AveragePool":
            found[maker.kind] = max(maker.numbers("kernel_shape", (1,)))
        elif maker.kind in ("Pow", "Add", "Mul"):
            numbers = reader.other_numbers(maker)
            if len(numbers) != 1 or maker.kind in found:
                return None
            found[maker.kind] = numbers[0]
        elif maker.kind not in _LAYOUT:
            return None
    return None


def _normalisation(found: dict[str, float]) -> LocalResponseNormalization | None:
    if found.keys() != {"Pow", "Add", "Mul", "AveragePool"}:
        return None
    return LocalResponseNormalization(
        size=int(found["AveragePool"]),
        alpha=found["Mul"],
        beta=found["Pow"],
        k=found["Add"],
    )
