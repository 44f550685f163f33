"""What conventions make of a network, in words and as plain data."""

from collections.abc import Iterator, Sequence

from archcompiler.architecture import Architecture
from archcompiler.counting.conventions import read_convention
from archcompiler.counting.pricing import charges_by_kind, price
from archcompiler.tabular.record import Record


def counting_facts(
    architecture: Architecture, counting: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """Yield, for each convention, its total and what that is made of.

    Operations or weights of one sample; a part is told as it was before the division.
    """
    for name in counting:
        convention = read_convention(name)
        features = architecture.features(convention)
        lines = [f"{price(convention, features):,}"]
        divide = convention.rule.divide
        halved = f", all divided by {divide}" if divide > 1 else ""
        parts = charges_by_kind(convention, features).items()
        texts = [f"{kind} {number:,}" for kind, number in parts]
        lines += [*texts[:-1], f"{texts[-1]}{halved}"] if texts else []
        yield name, lines


def counting_record(architecture: Architecture, counting: Sequence[str]) -> Record:
    """Return the totals by the convention, and what each is made of."""
    counts, charges = {}, {}
    for name in counting:
        convention = read_convention(name)
        features = architecture.features(convention)
        counts[name] = price(convention, features)
        parts = charges_by_kind(convention, features)
        charges[name] = {"divided_by": convention.rule.divide, "of": parts}
    return {"counts": counts, "charges": charges}


def counts_by_layer(architecture: Architecture, name: str) -> dict[str, int]:
    """Return what a convention makes of each layer, by the layer's name."""
    convention = read_convention(name)
    found = architecture.features_by_layer(convention)
    return {layer: price(convention, features) for layer, features in found.items()}
