"""Calls of blocks' functions: `inception(x, 64, 96, 128, name="inception_3a")`."""

from archcompiler.backends.keras_source.code import Piece, PythonCall
from archcompiler.backends.keras_source.facets import shorten
from archcompiler.backends.keras_source.layer_names import Name, name_code
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.sites import Site
from archcompiler.backends.keras_source.slots import Key, Mode, Slot
from archcompiler.backends.keras_source.symbols import Symbol, same, text_of
from archcompiler.backends.keras_source.texts import PrintedNames


def block_call(
    site: Site,
    passing: Passing,
    names: PrintedNames,
    words: PrintedNames,
    operands: list[str],
    name: Name,
) -> Piece:
    """Return the call of a block's function.

    `names` are those of the text in which the call stands, `words` tells what the words
    about repetition mean within the function.
    """
    signature = passing.signatures[site.block.name]
    given: list[tuple[str, Piece]] = [("", operand) for operand in operands]
    keywords: list[tuple[str, Piece]] = []
    for key, slot in signature.slots.items():
        symbol = _passed(site, passing, key, slot, names)
        if symbol is None:
            continue
        text = window_text(symbol)
        if slot.mode == Mode.REQUIRED:
            given.append(("", text))
        else:
            keywords.append((f"{text_of(signature.symbols[key])}=", text))
    for parameter in signature.parameters:
        given.append(("", text_of(names.parameter(parameter))))
    for word in signature.words:
        keywords.append((f"{word}=", text_of(words.name(word))))
    keywords.append(("name=", name_code(name)))
    return PythonCall(signature.function, (*given, *keywords))


def _passed(
    site: Site, passing: Passing, key: Key, slot: Slot, names: PrintedNames
) -> Symbol | None:
    """Return what a call passes for a facet; None where it leaves it out."""
    if slot.mode == Mode.LOCAL:
        return None
    symbol = passing.given(site, key, names)
    if slot.mode == Mode.LATE:
        return symbol
    if symbol is None:
        symbol = passing.default(site, key)
    if slot.mode == Mode.OPTIONAL and same(symbol, slot.default):
        return None
    return symbol


def window_text(symbol: Symbol) -> str:
    """Return an argument's text; a square window is written as one number."""
    return text_of(shorten(symbol))
