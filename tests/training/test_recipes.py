"""The recipe: read, inherited, overridden, and what follows from it without Keras."""

import json
import subprocess
import sys

import pytest
from shipped import TABLES, programs

import archcompiler
from archcompiler.checking.checking import check
from archcompiler.cli import main
from archcompiler.diagnostics import SpecError
from archcompiler.language.loading.loading import load_program
from archcompiler.training.errors import TrainingError
from archcompiler.training.rates import learning_rate
from archcompiler.training.recipe import read_recipe

SMALL = """\
name: small
input: 8x8x1
table:
  columns: [name, type, units, activation]
  rows:
  - [flat, Flatten]
  - [out, Dense, 10, softmax]
training:
  optimizer: {SGD: {learning_rate: 0.1, momentum: 0.9, nesterov: true}}
  losses: categorical crossentropy
  batch size: 32
  epochs: 10
variants:
  small-adam:
    training: {optimizer: Adam, epochs: 5}
"""


def recipe_of(spec, **overrides):
    return read_recipe(archcompiler.load(spec), overrides)


def test_googlenet_cifar10_carries_the_recipe_of_the_first_article():
    recipe = recipe_of("googlenet-cifar10")
    assert recipe.optimizer.plain()["SGD"]["momentum"] == 0.9
    assert (recipe.batch_size, recipe.epochs) == (256, 25)
    assert [head.weight for head in recipe.heads] == [1, 0.3, 0.3]
    assert {head.loss.name for head in recipe.heads} == {"categorical crossentropy"}
    assert not any(head.from_logits for head in recipe.heads)


@pytest.mark.parametrize(
    ("epoch", "rate"),
    [(1, 0.01), (7, 0.01), (24, 0.008847359999999999), (25, 0.008847359999999999)],
)
def test_the_rate_falls_where_the_article_printed_it(epoch, rate):
    recipe = recipe_of("googlenet-cifar10")
    assert learning_rate(recipe, 196 * (epoch - 1), 196) == rate


def test_the_rate_of_the_step_schedule_is_the_formula_of_the_articles():
    recipe = recipe_of("googlenet-cifar10")
    for epoch in range(25):
        expected = 0.01 * 0.96 ** ((1 + epoch) // 8)
        for step in (0, 100, 195):
            found = learning_rate(recipe, 196 * epoch + step, 196)
            assert found == pytest.approx(expected, rel=1e-15)


@pytest.mark.thorough
def test_the_variant_of_the_second_article_inherits_the_rest():
    recipe = recipe_of("googlenet-cifar10-3000")
    assert (recipe.epochs, recipe.training.limit) == (15, 3000)
    assert recipe.batch_size == 256
    assert [head.weight for head in recipe.heads] == [1, 0.3, 0.3]


def test_inception_fer2013_has_its_own():
    recipe = recipe_of("inception-fer2013")
    assert (recipe.optimizer.name, recipe.epochs, recipe.batch_size) == (
        "Adam",
        150,
        64,
    )


def test_a_variant_overrides_whole_keys(write_spec):
    path = write_spec(SMALL)
    base, variant = recipe_of(path), recipe_of(f"{path}:small-adam")
    assert (base.optimizer.name, base.epochs) == ("SGD", 10)
    assert (variant.optimizer.name, variant.epochs) == ("Adam", 5)
    assert variant.batch_size == 32
    assert base.digest != variant.digest


def test_the_command_line_overrides_last(write_spec):
    path = write_spec(SMALL)
    assert recipe_of(path, epochs="3").epochs == 3
    with pytest.raises(SpecError) as error:
        recipe_of(path, epochs="0")
    assert str(error.value) == (
        "--epochs:1:1: error[bad-value]: `epochs` of `training` needs at least 1, "
        "received `0`\n    1 | 0\n      | ^"
    )


def test_a_spec_without_a_recipe_cannot_be_trained():
    with pytest.raises(TrainingError, match="`nin` has no recipe: write `training:"):
        recipe_of("nin")


def test_a_recipe_does_not_make_another_table(write_spec):
    program = load_program(f"{write_spec(SMALL)}:small-adam")
    assert program.edited == ""


@pytest.mark.thorough
def test_an_output_s_losses_are_checked_after_a_variant_removed_it(write_spec):
    text = """\
    name: one-head
    extends: googlenet-cifar10
    outputs: [linear]
    remove: [auxiliary 1, auxiliary 2]
    """
    spec = write_spec(text)
    assert check(spec).ok
    with pytest.raises(SpecError, match="which is no output"):
        recipe_of(spec)
    text += "training: {loss weights: {linear: 1}}\n"
    assert check(write_spec(text)).ok


def test_the_digest_tells_networks_and_recipes_apart(write_spec):
    digests = {recipe_of(write_spec(SMALL)).digest}
    for old, new in [
        ("Dense, 10,", "Dense, 12,"),
        ("momentum: 0.9", "momentum: 0.8"),
        ("[out,", "[end,"),
        ("epochs: 10", "epochs: 11"),
    ]:
        digests.add(recipe_of(write_spec(SMALL.replace(old, new, 1))).digest)
    assert len(digests) == 5
    commented = write_spec(SMALL + "# a comment\n")
    assert recipe_of(commented).digest in digests


@pytest.mark.parametrize(
    ("schedule", "rates"),
    [
        ("constant", [0.1, 0.1, 0.1, 0.1]),
        ("{step: {factor: 0.5, every: 2}}", [0.1, 0.05, 0.05, 0.025]),
        ("cosine", [0.1, 0.0853553390593, 0.05, 0.0146446609407]),
        ("{cosine: {to: 50%}}", [0.1, 0.0926776695297, 0.075, 0.0573223304703]),
    ],
)
def test_schedules(write_spec, schedule, rates):
    text = SMALL.replace("epochs: 10", f"epochs: 4\n  schedule: {schedule}")
    recipe = recipe_of(write_spec(text))
    found = [learning_rate(recipe, 7 * epoch, 7) for epoch in range(4)]
    assert found == pytest.approx(rates, rel=1e-9)


@pytest.mark.parametrize(
    ("key", "code", "said"),
    [
        ("monitor: top-3 accuracy", "bad-reference", "write `loss`, or `metrics: [acc"),
        ("monitor: los", "bad-value", "did you mean `loss`?"),
        ("class weights: [1, 2]", "bad-value", "a number for each class, 10, received"),
        ("class weights: [1, -2]", "bad-value", "at least 0 is needed here, received"),
        ("class weights: balance", "bad-value", "did you mean `balanced`?"),
        ("class weights: 2", "bad-value", "write `balanced`, or `[1, 2.5]`"),
        ("early stopping: {}", "missing-key", "needs the key `patience`"),
        ("early stopping: {patience: 0}", "bad-value", "needs at least 1, received"),
        ("early stopping: {patienc: 1}", "unknown-key", "did you mean `patience`?"),
    ],
)
def test_what_a_recipe_cannot_say_is_refused_at_its_place(write_spec, key, code, said):
    text = SMALL.replace("  epochs: 10\n", f"  epochs: 10\n  {key}\n", 1)
    (found, *_) = check(write_spec(text)).diagnostics
    assert (found.code, found.span.line) == (code, 13)
    assert said in str(found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("clipnorm: 1, clipvalue: 1", "clips in one way, not by clipnorm, clipvalue"),
        ("ema_momentum: 0.5", "`ema_momentum` means nothing without averages"),
        ("use_ema: true, ema_overwrite_frequency: 0", "needs at least 1, received `0`"),
        ("gradient_accumulation_steps: 1", "needs at least 2, received `1`"),
    ],
)
def test_what_an_optimizer_would_not_heed_is_refused(write_spec, arguments, said):
    text = SMALL.replace("optimizer: Adam", f"optimizer: {{Adam: {{{arguments}}}}}")
    (found,) = check(f"{write_spec(text)}:small-adam").diagnostics
    assert said in str(found)


def test_a_warm_up_rises_evenly(write_spec):
    recipe = recipe_of(
        write_spec(SMALL.replace("epochs: 10", "epochs: 10\n  warm-up: 2"))
    )
    rates = [learning_rate(recipe, step, 5) for step in range(12)]
    expected = [0.1 * min(1, (step + 1) / 10) for step in range(12)]
    assert rates == pytest.approx(expected, rel=1e-12)


FACTS = {"", ".data", ".exporting", ".request"}
"""The modules of training that hold words of the command line, and do nothing."""


@pytest.mark.slow
def test_check_imports_nothing_that_trains():
    code = (
        "import sys; from archcompiler.cli import main; main(['check', '{}']);"
        "print(*(m for m in sys.modules if 'numpy' == m or 'training' in m.split('.')))"
    )
    facts = {f"archcompiler.training{name}" for name in FACTS}
    for spec, expected in (
        ("googlenet", set()),
        ("googlenet-cifar10", {"archcompiler.language.recipe.training"}),
    ):
        command = [sys.executable, "-c", code.format(spec)]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert {*out.splitlines()[-1].split()} == expected | facts


@pytest.mark.thorough
def test_shipped_recipes_are_right():
    with_recipe = [name for name in TABLES if programs()[name].training]
    assert len(with_recipe) >= 3
    for name in with_recipe:
        assert check(name).ok


def test_what_a_shipped_recipe_says_is_unprinted_stands_in_it():
    recipes = [p.training for p in programs().values() if p.training]
    printed = [recipe for recipe in recipes if recipe.source]
    assert len({recipe.source for recipe in printed}) >= 6
    for recipe in printed:
        for name in recipe.unprinted:
            key, *within = name.split(".")
            given = recipe.written()[key]
            assert not within or within[0] in next(iter(given.values()))


def test_where_a_recipe_is_printed_does_not_make_another_run(write_spec):
    about = "training:\n  source: section 3\n  unprinted: [epochs]\n"
    texts = (SMALL, SMALL.replace("training:\n", about, 1))
    one, other = [recipe_of(write_spec(text)).digest for text in texts]
    assert one == other


MAPS = """\
name: maps
extends: resnet18
remove: [head]
"""


def test_a_recipe_that_is_all_the_base_s_is_checked_where_it_is_used(tmp_path, capsys):
    spec = tmp_path / "maps.yaml"
    spec.write_text(MAPS)
    assert main(["check", str(spec)]) == 0
    told = "note: the base's recipe does not train it: the output"
    assert told in capsys.readouterr().err
    assert main(["check", str(spec), "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert any(told[6:] in each for each in found["notes"])
    with pytest.raises(SpecError, match="takes a vector of classes"):
        recipe_of(spec)
    spec.write_text(f"{MAPS}training: {{epochs: 5}}\n")
    assert any(
        "takes a vector of classes" in d.message for d in check(spec).diagnostics
    )
