"""The copy of a spec in a run folder: it loads by itself, wherever its files lay."""

import shutil

import pytest

from archcompiler.language.loading.loading import load_program
from archcompiler.training.errors import TrainingError
from archcompiler.training.spec_copy import copy_spec

ROOT = """\
name: root
input: 8x8x1
table:
  columns: [name, type, units]
  rows:
  - [flat, Flatten]
  - [out, Dense, 10]
"""


@pytest.fixture
def written(tmp_path):
    """Return what writes files of a spec, and a copy from which they are gone."""

    def copied(files, spec):
        for name, text in files.items():
            path = tmp_path / "specs" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        program = load_program(tmp_path / "specs" / spec)
        copy = copy_spec(program, str(tmp_path / "specs" / spec), tmp_path)
        shutil.rmtree(tmp_path / "specs")
        return program, load_program(tmp_path / copy), tmp_path / "spec"

    return copied


def texts(program):
    return [source.text for source in program.files]


def below(folder, program):
    """Return the files of a program, from a folder on."""
    return [source.name.removeprefix(f"{folder}/") for source in program.files]


def extends(name, base):
    return f"name: {name}\nextends: {base}\n"


def test_a_base_in_a_folder_keeps_its_folder(written):
    files = {"bases/deep.yaml": ROOT, "top.yaml": extends("top", "bases/deep")}
    program, copy, folder = written(files, "top.yaml")
    assert texts(copy) == texts(program)
    assert below(folder, copy) == ["bases/deep.yaml", "top.yaml"]


def test_two_files_of_one_name_stay_two(written):
    files = {"a/one.yml": ROOT, "one.yml": extends("one", "a/one.yml")}
    program, copy, folder = written(files, "one.yml")
    assert texts(copy) == texts(program)
    assert below(folder, copy) == ["a/one.yml", "one.yml"]


def test_a_variant_of_a_file_is_copied_with_what_its_bases_extend(written):
    top = extends("top", "a/middle:wide") + "variants: {mine: {parameters: {p: 3}}}\n"
    middle = extends("middle", "b/root") + "variants: {wide: {parameters: {p: 2}}}\n"
    root = ROOT.replace("table:", "parameters: {p: 1}\ntable:").replace("10", "<p>")
    files = {"top.yaml": top, "a/middle.yaml": middle, "a/b/root.yaml": root}
    program, copy, folder = written(files, "top.yaml:mine")
    assert texts(copy) == texts(program)
    assert copy.values == program.values == {"p": 3}
    assert below(folder, copy) == ["a/b/root.yaml", "a/middle.yaml", "top.yaml"]


@pytest.mark.thorough
def test_what_ships_is_taken_from_the_copy(written):
    """The next version may ship another."""
    deep, top = extends("deep", "googlenet-digits"), extends("top", "a/deep")
    program, copy, folder = written({"a/deep.yaml": deep, "top.yaml": top}, "top.yaml")
    assert texts(copy) == texts(program)
    shipped = ["a/googlenet.yaml", "a/googlenet-digits.yaml"]
    assert below(folder, copy) == [*shipped, "a/deep.yaml", "top.yaml"]


def test_files_of_blocks_are_copied_with_the_spec(written):
    uses = "use: [b/heads, squeeze-excitation]\n"
    head = "blocks: {head: {sequence: [Flatten, Dense: {units: 2}]}}\n"
    files = {"b/heads.yaml": head, "top.yaml": extends("top", "root") + uses}
    files["top.yaml"] += "insert after: {out: [head: {type: head}]}\n"
    program, copy, folder = written({**files, "root.yaml": ROOT}, "top.yaml")
    assert [used.source.text for used in copy.used] == [
        used.source.text for used in program.used
    ]
    names = [used.source.name.removeprefix(f"{folder}/") for used in copy.used]
    assert names == ["b/heads.yaml", "squeeze-excitation.yaml"]


def test_a_name_of_what_ships_below_is_refused(written):
    text = extends("mine", "googlenet-digits")
    with pytest.raises(TrainingError) as error:
        written({"googlenet.yaml": text}, "googlenet.yaml")
    said = str(error.value)
    assert "specs/googlenet.yaml` has the name of `" in said
    assert "on which it builds, and a run folder holds both: give it another" in said
