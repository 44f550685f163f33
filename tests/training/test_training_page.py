"""docs/training.md: its specs are right, its options are those of the command."""

import re
from pathlib import Path

import pytest
from docs.examples import read_generated
from shipped import TABLES, programs

from archcompiler.checking.checking import check
from archcompiler.cli import main
from archcompiler.language.recipe.augmentation import AUGMENTATIONS
from archcompiler.language.recipe.losses import LOSSES
from archcompiler.language.recipe.optimizers import OPTIMIZERS
from archcompiler.language.recipe.schedules import SCHEDULES
from archcompiler.language.recipe.training import Training

FENCED = re.MULTILINE | re.DOTALL
DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "training.md").read_text()


@pytest.mark.thorough
def test_the_specs_of_the_page_are_right(write_spec):
    specs = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert specs
    for text in specs:
        assert check(write_spec(text)).ok


@pytest.mark.thorough
def test_the_options_of_the_page_are_those_of_the_commands(capsys):
    training = options_of("train", capsys) | options_of("sweep", capsys)
    commands = ("evaluate", "predict", "export", "data", "augment", "rates")
    using = set().union(*(options_of(command, capsys) for command in commands))
    named = set(re.findall(r"--[a-z][a-z-]*", PAGE))
    assert named <= training | using | options_of("emit", capsys)
    assert training - named == {"--help"}


def options_of(command, capsys):
    """Return the options of a command."""
    assert main([command, "--help"]) == 0
    return set(re.findall(r"--[a-z][a-z-]*", capsys.readouterr().out))


@pytest.mark.thorough
def test_the_comparison_of_the_page_is_what_is_printed(capsys):
    (shown,) = re.findall(r"^```console\n\$ archc (sweep .*?)^```$", PAGE, FENCED)
    command, _, table = shown.partition("\n")
    assert main(command.split()) == 0
    assert capsys.readouterr().out == table


def test_the_script_of_the_page_is_the_one_that_is_emitted():
    source = (DOCS.parent / "generated" / "googlenet_digits_training.py").read_text()
    (excerpt,) = re.findall(r"^```python\n(def .*?)^```$", PAGE, FENCED)
    for definition in excerpt.rstrip("\n").split("\n\n\n"):
        assert f"\n\n\n{definition}\n\n\n" in source


def test_the_page_names_every_file_of_a_run():
    for name in ("best.weights.h5", "last.weights.h5", "environment.json", "run.json"):
        assert f"`{name}`" in PAGE


@pytest.mark.parametrize(
    "word", [*Training.keys(), *OPTIMIZERS, *LOSSES, *SCHEDULES, *AUGMENTATIONS]
)
def test_the_reference_names_every_word_of_a_recipe(word):
    reference = (DOCS / "language/recipe.md").read_text()
    assert re.search(rf"`{word}\b", reference)


def table_of_recipes():
    """Return the table of shipped recipes from papers, inherited ones left out."""
    lines = ["| spec | its recipe is of | unprinted there |", "|---|---|---|"]
    for name in TABLES:
        program = programs()[name]
        recipe = program.training
        if not (recipe and recipe.source):
            continue
        if recipe.at.source.name == program.files[-1].name:
            left = ", ".join(f"`{key}`" for key in recipe.unprinted)
            lines.append(f"| `{name}` | {recipe.source} | {left} |")
    return "".join(f"{line}\n" for line in lines)


def test_the_recipes_of_the_page_are_those_of_the_specs(request):
    (held,) = read_generated(PAGE).values()
    if request.config.getoption("--refresh-goldens"):
        (DOCS / "training.md").write_text(PAGE.replace(held, table_of_recipes(), 1))
    else:
        assert held == table_of_recipes()
