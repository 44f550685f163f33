"""The style of an SVG: a rule for each colour, light, dark, or what a page says."""

from collections.abc import Container, Iterable, Iterator
from functools import cache
from typing import Literal

from archcompiler.figures.choices import Theme
from archcompiler.figures.palette import Colour, Paint, Tone

OUTLINE_WIDTH = 0.8


@cache
def class_of(colour: Tone | Paint, form: str = "") -> str:
    """Return the class of what has a colour: `form` is text, line, solid or nothing."""
    word = colour.name.lower()
    return f"{word}-{form}" if form else word


def rules(used: Container[str], theme: Theme) -> Iterator[str]:
    """Yield the style's lines: the rules of the classes that are used."""
    found = [rule for rule in _all_rules() if rule[0] in used]
    if theme != "dark":
        yield from (_rule(name, parts, "light") for name, parts in found)
    if theme == "dark":
        yield from (_rule(name, parts, "dark") for name, parts in found)
    if theme == "auto":
        yield "@media (prefers-color-scheme:dark){"
        yield from (_rule(name, _coloured(parts), "dark") for name, parts in found)
        yield "}"


def page_rules() -> str:
    """Return the rules of all colours, for a page that has a `color-scheme`."""
    return "\n".join(
        [
            _written(name, [(key, _either(value)) for key, value in parts.items()])
            for name, parts in _all_rules()
        ]
    )


def _either(value: Colour | str) -> str:
    if isinstance(value, Colour):
        return f"light-dark({value.light},{value.dark})"
    return value


_Parts = dict[str, Colour | str]
"""What a rule sets, such as `fill`."""


def _all_rules() -> Iterator[tuple[str, _Parts]]:
    for tone in Tone:
        yield class_of(tone, "text"), {"fill": tone.value}
    for tone in Tone:
        yield class_of(tone, "line"), {"fill": "none", "stroke": tone.value}
    for paint in Paint:
        yield class_of(paint), _parts(paint, False)
        yield class_of(paint, "solid"), _parts(paint, True)


def _parts(paint: Paint, solid: bool) -> _Parts:
    parts: _Parts = {"fill": paint.filling(solid) or "none"}
    if paint.outline:
        parts |= {"stroke": paint.outline, "stroke-width": str(OUTLINE_WIDTH)}
    return parts


def _coloured(parts: _Parts) -> _Parts:
    return {key: value for key, value in parts.items() if isinstance(value, Colour)}


def _rule(name: str, parts: _Parts, theme: Literal["light", "dark"]) -> str:
    pairs = [
        (key, getattr(value, theme) if isinstance(value, Colour) else value)
        for key, value in parts.items()
    ]
    return _written(name, pairs)


def _written(name: str, pairs: Iterable[tuple[str, str]]) -> str:
    return f".{name}{{{';'.join([f'{key}:{value}' for key, value in pairs])}}}"
