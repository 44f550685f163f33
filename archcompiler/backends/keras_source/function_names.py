"""What the function of a block is called: the words of its name that label no hole.

`<k>x<k> max pool, stride <s>` is `max_pool`: what the holes hold become arguments, and
these have names of their own. A block without words is called as its only row.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from archcompiler.backends.keras_source.identifiers import Identifiers, identifier
from archcompiler.backends.keras_source.sites import Site, Sites
from archcompiler.graph.calls import CalledBlock
from archcompiler.graph.rows import PlacedRow

_LEAD = "block_"
_HOLE = r"<[^<>]*>"
_LABEL = re.compile(
    rf"\bstride {_HOLE}"
    rf"|(?<![A-Za-z0-9])[A-Za-z]=?{_HOLE}"  # `s<n>`, `C=<groups>`
    rf"|{_HOLE}-?[A-Za-z](?![A-Za-z0-9])"  # `<n>-d`
    rf"|{_HOLE}"
)
_WORD = re.compile(r"[A-Za-z0-9]+")


def name_functions(
    blocks: Collection[CalledBlock], sites: Sites, functions: Identifiers
) -> dict[str, str]:
    """Return a function's name for each block; more words where the plain ones clash.

    A function steps aside for an argument of those that call it: `se_block(x, se)`.
    """
    plain = {block.name: _plain(block, sites.of[block.name]) for block in blocks}
    often = Counter(plain.values())
    columns = {block.name: [*block.columns] for block in blocks}
    names = {}
    for block in blocks:
        alone = often[plain[block.name]] == 1
        choices = [plain[block.name]] if alone else []
        words = _choose([*choices, *_all_words(block)], functions)
        if identifier(words, _LEAD) in _arguments(sites.of[block.name], columns):
            words = f"{words} block"
        names[block.name] = functions.new(words, _LEAD, "block")
    return names


def _choose(choices: Sequence[str], functions: Identifiers) -> str:
    free = (words for words in choices if not functions.has(words, _LEAD))
    return next(free, choices[0])


def _all_words(block: CalledBlock) -> Iterator[str]:
    """Return the words of a block's name, and those with the names of its holes."""
    yield block.pattern.words
    if block.pattern.groups:
        yield " ".join(_words(block.pattern.text))


def _arguments(sites: Sequence[Site], columns: Mapping[str, Sequence[str]]) -> set[str]:
    """Return the arguments of the functions that call a block's."""
    callers = {site.caller for site in sites if site.caller is not None}
    return {identifier(c, "n") for caller in callers for c in columns[caller]}


def _plain(block: CalledBlock, sites: Sequence[Site]) -> str:
    words = _words(_LABEL.sub(" ", block.pattern.text))
    if any(word[0].isalpha() for word in words):
        return " ".join(_window_last(words))
    row = _only_row(sites)
    return row.name if row is not None else " ".join(words) or block.pattern.words


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if word != "x"]  # `<k>x<k>`


def _window_last(words: list[str]) -> Iterable[str]:
    """Return `max pool 3x3` for `3x3 max pool`: no name begins with a digit."""
    numbers = [word for word in words if word[0].isdigit()]
    if len(numbers) != 1 or words[0] != numbers[0]:
        return words
    return [*words[1:], *numbers]


def _only_row(sites: Sequence[Site]) -> PlacedRow | None:
    call = sites[0].call
    return call if len(sites) == 1 and isinstance(call, PlacedRow) else None
