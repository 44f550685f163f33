"""Naming: which facets a function takes, and what its body calls them."""

from archcompiler.backends.keras_source.facets import (
    HEIGHT,
    ORDER,
    OWN_STRIDES,
    STRIDE,
    STRIDES,
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
_SIDES = {HEIGHT, WIDTH}


def arrange(signature: Signature, passing: Passing, reads: Reads) -> list[Key]:
    """Return the facets to take, in the order of the columns.

    Where a body asks for a window and for its sides, one square window stands for all,
    and height and width for one that is not square. Equal strides stand for the stride.
    """
    block = signature.block.name
    keys: list[Key] = []
    for column in signature.block.columns:
        asked = {facet: facet for name, facet in reads.facets if name == column}
        if len(asked.keys() & {WINDOW, *_SIDES}) > 1:
            window = asked.pop(WINDOW, _SQUARE)
            if is_square(passing.symbol(block, (column, WINDOW))):
                asked = {f: f for f in asked if f not in _SIDES} | {window: window}
            else:
                asked |= {HEIGHT: HEIGHT, WIDTH: WIDTH}
        told = {
            strides
            for strides in asked.keys() & {STRIDES, OWN_STRIDES}
            if _is_one(passing.symbol(block, (column, strides)))
        }
        if told:
            asked.pop(STRIDE, None)
        if len(told) > 1:
            del asked[OWN_STRIDES]
        keys += [(column, asked[facet]) for facet in ORDER if facet in asked]
    return keys


def _is_one(strides: Symbol) -> bool:
    """Whether strides are always told, and are one number."""
    return strides != Known(None) and is_square(strides)


def name_slots(
    signature: Signature, passing: Passing, keys: list[Key], reads: Reads
) -> None:
    """Give identifiers to facets that vary, and a symbol to each that is read."""
    identifiers = Identifiers(signature.taken)
    valued = {column for column, facet in keys if facet == VALUE}
    for key in keys:
        slot = passing.slot(signature.block.name, key)
        if isinstance(slot, Known):
            signature.symbols[key] = slot
            continue
        signature.slots[key] = slot
        identifier = _identifier(key, identifiers, valued)
        signature.symbols[key] = Code(identifier, slot.nature)
    for key in reads.facets:
        if key not in signature.symbols:
            signature.symbols[key] = _part(signature, key)
    signature.taken = identifiers.taken


def _identifier(key: Key, identifiers: Identifiers, valued: set[str]) -> str:
    """Return the column's name for its value, for a part the word that ops have.

    A size that no op names is called as its column, of which it is all that is read.
    """
    column, facet = key
    word = facet.word or facet.part
    if facet == VALUE or (facet == WINDOW and not facet.word and column not in valued):
        return identifiers.new(column, role="value")
    if word in identifiers.taken or (facet == WINDOW and not facet.word):
        return identifiers.new(f"{column} {word}", role="value")
    return identifiers.new(word)


def _part(signature: Signature, key: Key) -> Symbol:
    """Return a window from its sides, a side from its window, or what strides tell."""
    column, facet = key
    if facet == WINDOW:
        sides = [signature.symbols[column, side] for side in (HEIGHT, WIDTH)]
        return pair(*sides)
    whole = WINDOW
    if facet in (STRIDE, OWN_STRIDES):
        whole = STRIDES if (column, STRIDES) in signature.symbols else OWN_STRIDES
    symbol = signature.symbols[column, whole]
    if facet == OWN_STRIDES:
        return symbol
    if isinstance(symbol, Code):
        nature = symbol.nature
        return Code(symbol.text, Nature(int, nature.parameters, nature.shaped))
    size = symbol.value
    return Known(size[1 if facet == WIDTH else 0] if isinstance(size, tuple) else size)
