"""What a figure says besides its marks, and what an edit of the table changes."""

import subprocess
import sys
from difflib import unified_diff

import pytest
from figures.odd_tables import INSIDE, ROWS
from shipped import few_first

from archcompiler import load
from archcompiler.figures.scene import Group, Text

PRINT = """
import sys
from archcompiler import load
for name in sys.argv[1:]:
    print(load(name).plot().to_svg())
    for page in load(name).plot(width="column").pages:
        print(page.to_svg())
"""


def groups(marks):
    for mark in marks:
        if isinstance(mark, Group):
            yield mark
            yield from groups(mark.marks)


@pytest.mark.parametrize("name", few_first())
def test_each_row_and_each_block_has_a_titled_group_with_its_own_id(name):
    architecture = load(name)
    found = [each for each in groups(architecture.plot().scene.marks) if each.id]
    assert len({each.id for each in found}) == len(found)
    titles = "\n".join([each.title or "" for each in found])
    for row in architecture.expansion.rows:
        assert not row.ran or f"\n{row.name}, " in f"\n{titles}"
    blocks = [each for each in found if each.id.startswith("block-")]
    assert all(each.title.startswith("block ") for each in blocks)


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_captions_never_break_within_a_name(name):
    names = [row.name for row in load(name).expansion.rows if " " in row.name]
    texts = [
        "".join([run.text for run in mark.runs])
        for mark in load(name).plot().scene.walk()
        if isinstance(mark, Text)
    ]
    for row in names:
        for text in texts:
            assert row in text or not text.endswith(f", {row.split()[0]}")


def test_a_long_name_is_shortened_and_told_whole(write_spec):
    svg = load(write_spec(ROWS["one long word"])).plot().to_svg()
    assert f">{'conv_' * 24}<" not in svg
    assert "…" in svg
    assert f"<title>{'conv_' * 24}, " in svg


@pytest.mark.thorough
def test_one_edited_cell_changes_the_lines_of_its_row_and_of_the_totals(write_spec):
    def written(filters: int) -> list[str]:
        cells = f"cells: {{4c: {{3x3 reduce: {filters}}}}}"
        path = write_spec(f"name: googlenet\nextends: googlenet\n{cells}\n", "net.yaml")
        return load(path).plot().to_svg().split("\n")

    before, after = written(130), written(134)
    changed = [line for line in unified_diff(before, after, n=0) if line[0] in "-+"]
    texts = [line for line in changed[2:] if "<text" in line or "<title" in line]
    assert len(before) == len(after)
    assert len(changed) < 30
    assert len(texts) <= 2 * 6


@pytest.mark.slow
def test_a_figure_is_the_same_bytes_in_each_process(write_spec):
    path = write_spec(INSIDE["taken seven times"])
    names = ["googlenet", "nasnet-mobile", "efficientnet-b0", path]
    command = [sys.executable, "-c", PRINT, *names]
    outputs = {
        subprocess.run(
            command, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "99")
    }
    assert len(outputs) == 1
    assert b"nasnet" in outputs.pop()
