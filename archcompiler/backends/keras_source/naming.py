"""Naming: which facets a function takes, and what its body calls them."""

from archcompiler.backends.keras_source.facets import (
    HEIGHT,
    ORDER,
    VALUE,
    WIDTH,
    WINDOW,
    Facet,
    is_square,
    pair,
)
from archcompiler.backends.keras_source.identifiers import Identifiers
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.slots import Key, Reads, Signature
from archcompiler.backends.keras_source.symbols import Code, Known, Nature, Symbol

_SQUARE = Facet(WINDOW.part, "kernel_size")


def arrange(signature: Signature, passing: Passing, reads: Reads) -> list[Key]:
    """Return the facets to take, in the order of the columns.

    Where a body asks for a window and for its sides, one square window stands for all,
    and height and width for one that is not square.
    """
    keys: list[Key] = []
    for column in signature.block.columns:
        asked = {facet: facet for name, facet in reads.facets if name == column}
        sides = asked.keys() & {HEIGHT, WIDTH}
        if len(sides) + (WINDOW in asked) > 1:
            window = asked.pop(WINDOW, _SQUARE)
            if is_square(passing.symbol(signature.block.name, (column, WINDOW))):
                asked = {f: f for f in asked if f not in sides} | {window: window}
            else:
                asked |= {HEIGHT: HEIGHT, WIDTH: WIDTH}
        keys += [(column, asked[facet]) for facet in ORDER if facet in asked]
    return keys


def name_slots(
    signature: Signature, passing: Passing, keys: list[Key], reads: Reads
) -> None:
    """Give identifiers to facets that vary, and a symbol to each that is read."""
    identifiers = Identifiers(signature.taken)
    for key in keys:
        slot = passing.slot(signature.block.name, key)
        if isinstance(slot, Known):
            signature.symbols[key] = slot
            continue
        signature.slots[key] = slot
        identifier = _identifier(key, identifiers)
        signature.symbols[key] = Code(identifier, slot.nature)
    for key in reads.facets:
        if key not in signature.symbols:
            signature.symbols[key] = _part(signature, key)
    signature.taken = identifiers.taken


def _identifier(key: Key, identifiers: Identifiers) -> str:
    """Return the column's name for its value, for a part the word that ops have."""
    column, facet = key
    word = column if facet == VALUE else facet.word or facet.part
    if word in identifiers.taken:
        return identifiers.new(f"{column} {word}")
    return identifiers.new(word)


def _part(signature: Signature, key: Key) -> Symbol:
    """Return a window from its sides, or a side from its window."""
    column, facet = key
    if facet == WINDOW:
        sides = [signature.symbols[column, side] for side in (HEIGHT, WIDTH)]
        return pair(*sides)
    window = signature.symbols[column, WINDOW]
    if isinstance(window, Code):
        nature = window.nature
        return Code(window.text, Nature(int, nature.parameters, nature.shaped))
    size = window.value
    return Known(size[0 if facet == HEIGHT else 1] if isinstance(size, tuple) else size)
