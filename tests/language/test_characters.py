"""Characters that no text may hold, as they stand and as YAML unescapes them."""

import random
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache

import pytest

from archcompiler.diagnostics import Source, SpecError
from archcompiler.language.loading.places import shipped_folder
from archcompiler.language.text.document import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    read_document,
)

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
MARKS = "\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}\N{ARABIC LETTER MARK}"


def is_control(character: str) -> bool:
    """Whether Unicode says that a terminal or an editor obeys a character."""
    return (
        unicodedata.category(character) in ("Cc", "Zl", "Zp")
        or unicodedata.bidirectional(character) in TURNING
        or character in MARKS
    )


@cache
def controls() -> list[str]:
    """Return all that Unicode has."""
    return [c for c in map(chr, range(sys.maxunicode + 1)) if is_control(c)]


def found(text: str) -> tuple[str, int | None, int | None]:
    with pytest.raises(SpecError) as error:
        read_document(Source("s.yaml", text))
    (diagnostic,) = error.value.diagnostics
    assert str(diagnostic).replace("\n", "").isprintable()
    return diagnostic.code, diagnostic.line, diagnostic.column


@pytest.mark.thorough
@pytest.mark.parametrize("key", ["name", "paper"])
def test_no_control_character_stands_behind_an_escape(key: str) -> None:
    for character in controls():
        text = f'first: a\n{key}: "b\\U{ord(character):08x}c"\n'
        if character == "\n" and key == "paper":
            continue
        assert found(text) == ("control-character", 2, len(key) + 3), ascii(character)


@pytest.mark.thorough
def test_no_control_character_stands_as_itself() -> None:
    for character in controls():
        if character != "\n":
            code = "yaml-syntax" if character == "\t" else "control-character"
            assert found(f"first: a\n# b{character}c\n") == (code, 2, 4)


@pytest.mark.parametrize("escape", [r"\ud800", r"\udfff"])
def test_half_a_character_is_none(escape: str) -> None:
    assert found(f'name: "{escape}"')[0] in ("yaml-syntax", "control-character")
    assert found(f"name: {chr(0xD800)}")[0] == "control-character"


def test_a_lookalike_stands_behind_no_escape_either() -> None:
    assert found(r'name: "3\xd73"')[0] == "lookalike-character"
    assert found(r'name: "a\u200bb"')[0] == "lookalike-character"


def test_what_is_written_for_people_keeps_its_letters_on_one_line() -> None:
    text = "paper: {title: 'Für\n\n  alle 3×3 \N{GREEK SMALL LETTER ALPHA}'}"
    paper = read_document(Source("s.yaml", text)).entries["paper"][1]
    assert isinstance(paper, Mapping)
    title = paper.entries["title"][1]
    assert isinstance(title, Scalar)
    assert title.text == "Für alle 3×3 α"


def scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from scalars(item)
    else:
        for key, value in node.items():
            yield key
            yield from scalars(value)


@pytest.mark.thorough
def test_no_place_of_a_spec_takes_a_control_character(campaign: int) -> None:
    """Every kind of text of the shipped specs, keys, cells, reasons and recipes."""
    chance = random.Random(0)
    for path in sorted(shipped_folder().glob("*.yaml")):
        text = path.read_text("utf-8")
        places = [s for s in scalars(read_document(Source("s", text))) if s.plain]
        for place in chance.sample(places, min(len(places), 2 * campaign)):
            lines = text.split("\n")
            line = lines[place.line]
            lines[place.line] = f'{line[: place.column]}"\\e[2J"{line[place.end :]}'
            assert found("\n".join(lines)) == (
                "control-character",
                place.line + 1,
                place.column + 1,
            )
