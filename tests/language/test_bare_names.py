"""What is called by a name in a recipe, written with signs that call for arguments."""

import pytest

from archcompiler.checking.checking import check
from archcompiler.diagnostics import Edit
from archcompiler.language.recipe.augmentation import AUGMENTATIONS
from archcompiler.language.recipe.losses import LOSSES
from archcompiler.language.recipe.optimizers import OPTIMIZERS
from archcompiler.language.recipe.schedules import SCHEDULES

SPEC = """\
name: tiny
input: 32x32x3
table:
  columns: [type, patch, filters]
  rows:
  - conv: [Conv2D, 3x3, 16]
  - pool: {type: GlobalAveragePooling2D}
  - head: {type: Dense, units: 10, activation: softmax}
training:
  batch size: 32
  epochs: 3
"""
DUE = {"optimizer": "SGD", "losses": "categorical crossentropy"}
KINDS = {
    "schedule": SCHEDULES,
    "optimizer": OPTIMIZERS,
    "losses": LOSSES,
    "augmentation": AUGMENTATIONS,
}
CALLS = [(key, name) for key, kinds in KINDS.items() for name in kinds]


def spec(key: str, written: str) -> str:
    lines = [f"  {due}: {name}\n" for due, name in DUE.items() if due != key]
    return "".join([SPEC, *lines, f"  {key}:{written}\n"])


def mended(text: str, edit: Edit) -> str:
    lines, at = text.split("\n"), edit.span
    line = lines[at.line - 1]
    lines[at.line - 1] = line[: at.column - 1] + edit.text + line[at.end - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(("key", "name"), CALLS)
@pytest.mark.parametrize(
    "form", [" {{{}}}", " {{ {}: ~ }}", "\n    {}:", "\n    {}: ~"]
)
def test_a_name_without_arguments_is_told_to_stand_alone(key, name, form):
    written = form.format(name)
    if key == "augmentation":
        written = f" [{written}]" if "{" in written else written.replace("    ", "  - ")
    text = spec(key, written)
    found = check(text).diagnostics[0]
    where = text.split("\n")[found.line - 1]
    assert where[found.column - 1 : found.span.end - 1] == name
    if found.code == "missing-key":
        assert f"`{name}` needs the key" in found.message
        return
    assert (found.code, found.help) == ("wrong-type", f"write `{name}`")
    (edit,) = found.edits
    again = check(mended(text, edit)).diagnostics
    assert not [each for each in again if each.code in ("wrong-type", "yaml-syntax")]


@pytest.mark.parametrize(("key", "name"), CALLS)
def test_what_a_bare_name_lacks_is_told_under_all_of_it(key, name):
    text = spec(key, f" [{name}]" if key == "augmentation" else f" {name}")
    for found in check(text).diagnostics:
        if found.code == "missing-key":
            line = text.split("\n")[found.line - 1]
            assert line[found.column - 1 : found.span.end - 1] == name
