"""The texts of specs to begin with: a first one, a copy, a variant."""

import re
from pathlib import Path

from archcompiler.checking.checking import load
from archcompiler.language.loading.places import find_spec
from archcompiler.language.text.files import read_source_file
from archcompiler.reports.merging import merged_text
from archcompiler.reports.yaml_text import write_text

_NAME = re.compile(r"^name:.*$", re.MULTILINE)
_SCHEMA = re.compile(r"^# yaml-language-server:.*\n", re.MULTILINE)


def first_text(name: str) -> str:
    """Return a small spec that is right, with comments that explain it."""
    return _template("first.yaml", NAME=name)


def copied_text(name: str, spec: str) -> str:
    """Return the text of a spec under another name; a variant is merged first.

    Raises:
        SpecError: for a spec that is not there, or is wrong.
    """
    place = find_spec(spec)
    if place.variant is None and place.run is None:
        text = (place.source or read_source_file(place.path)).text
    else:
        text = merged_text(load(place))
    named = f"name: {write_text(name)}"
    return _NAME.sub(lambda _: named, _SCHEMA.sub("", text), count=1)


def variant_text(name: str, base: str) -> str:
    """Return a file that extends a spec and edits nothing yet."""
    return _template("variant.yaml", NAME=name, BASE=base)


def _template(file: str, **words: str) -> str:
    text = Path(__file__).with_name(file).read_text("utf-8")
    for word, told in words.items():
        text = text.replace(word, write_text(told))
    return text
