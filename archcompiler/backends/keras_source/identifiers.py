"""Identifiers: how names of the table become names of Python.

The one rule: the slug of the name; one that begins with a digit gets a lead (`n` for an
argument, `block` for a function); a word of Python, or of the module, gets a trailing
`_`; one that already means something else gets a word that tells what it is, as in
`stem_output = stem(x)`; one that its scope has already gets a number.
"""

import builtins
import keyword
from collections.abc import Iterable

from archcompiler.backends.keras_source.support import QUOTED
from archcompiler.language.expressions.naming import slug

LOCALS = frozenset({"x", "y", "inputs", "first", "last", "index", "count"})
"""What functions call their own values; columns and parameters step aside."""

_OF_MODULE = {"keras", "layers", "math", "name", *QUOTED}
_LIKE_A_DIGIT = {"l"}
_TAKEN = frozenset(
    {
        *_OF_MODULE,
        *_LIKE_A_DIGIT,
        *dir(builtins),
        *keyword.kwlist,
        *keyword.softkwlist,
    }
)


def identifier(text: str, lead: str) -> str:
    """Return a text as a Python identifier."""
    word = slug(text)
    if not word or word[0].isdigit():
        word = f"{lead}{word}"
    return f"{word}_" if word in _TAKEN else word


class Identifiers:
    """The identifiers of one scope, each used once."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.reserved = frozenset(self.taken)

    def has(self, text: str, lead: str) -> bool:
        """Whether the identifier of a text is taken."""
        return identifier(text, lead) in self.taken

    def new(self, text: str, lead: str = "n", role: str = "") -> str:
        """Return an identifier for a text that no other text of the scope has.

        `role` tells it from what the word meant before the scope began.
        """
        base = identifier(text, lead)
        if role and base in self.reserved:
            base = identifier(f"{text} {role}", lead)
        word, number = base, 2
        while word in self.taken:
            word = f"{base}_{number}"
            number += 1
        self.taken.add(word)
        return word

    def release(self, words: Iterable[str]) -> None:
        """Let identifiers be used again, once nothing reads what they held."""
        self.taken.difference_update(words)
