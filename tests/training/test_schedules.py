"""Schedules: each equal to that of Keras or PyTorch, step by step."""

import math

import pytest

import archcompiler
from archcompiler.diagnostics import SpecError
from archcompiler.training.rates import learning_rate
from archcompiler.training.recipe import read_recipe

STEPS, EPOCHS, RATE = 7, 10, 0.1


@pytest.fixture
def rates(write_spec):
    """Return what tells the rate of every step of a recipe with a schedule."""

    def rates(schedule):
        recipe = recipe_of(write_spec, schedule)
        return [learning_rate(recipe, step, STEPS) for step in range(STEPS * EPOCHS)]

    return rates


def recipe_of(write_spec, schedule):
    text = f"""\
    name: small
    input: 8x8x1
    table:
      columns: [name, type, units, activation]
      rows:
      - [flat, Flatten]
      - [out, Dense, 10, softmax]
    training:
      optimizer: {{SGD: {{learning_rate: {RATE}}}}}
      losses: categorical crossentropy
      batch size: 32
      epochs: {EPOCHS}
      schedule: {schedule}
    """
    return read_recipe(archcompiler.load(write_spec(text)))


def test_milestones_follow_the_formula_of_multisteplr(rates):
    found = rates("{milestones: {after: [3, 6], factor: 0.5}}")
    expected = [RATE * 0.5 ** sum(e >= m for m in (3, 6)) for e in range(EPOCHS)]
    assert found == pytest.approx([rate for rate in expected for _ in range(STEPS)])


def test_exponential_follows_the_formula_of_exponentialdecay(rates):
    found = rates("{exponential: {factor: 0.8, every: 2}}")
    steps = range(STEPS * EPOCHS)
    assert found == pytest.approx([RATE * 0.8 ** (s / (2 * STEPS)) for s in steps])
    stairs = rates("{exponential: {factor: 0.8, every: 2, staircase: true}}")
    assert stairs == pytest.approx([RATE * 0.8 ** (s // (2 * STEPS)) for s in steps])
    found = rates("{exponential: {factor: 0.8, every: 2.5}}")
    assert found == pytest.approx([RATE * 0.8 ** (s / (2.5 * STEPS)) for s in steps])


def test_polynomial_follows_the_formula_of_polynomialdecay(rates):
    found = rates("{polynomial: {to: 0.1, power: 2}}")
    whole = STEPS * EPOCHS
    expected = [0.09 * (1 - step / whole) ** 2 + 0.01 for step in range(whole)]
    assert found == pytest.approx(expected)


def test_one_cycle_follows_the_formula_of_onecyclelr(rates):
    """PyTorch's phases end at `pct_start * total_steps - 1` and `total_steps - 1`."""
    found, whole = rates("one cycle"), STEPS * EPOCHS
    top, end = 0.3 * whole - 1, whole - 1
    first, last = RATE / 25, RATE / 25 / 1e4

    def expected(step):
        if step <= top:
            return anneal(first, RATE, step / top)
        return anneal(RATE, last, (step - top) / (end - top))

    assert found == pytest.approx([expected(step) for step in range(whole)], rel=1e-9)
    assert max(found) == pytest.approx(RATE)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:__array__ implementation")  # of TensorFlow's
def test_plateau_falls_where_keras_reducelronplateau_does(write_spec, keras):
    schedule = "{plateau: {factor: 0.5, patience: 2, cooldown: 2, to: 0.1}}"
    recipe, rows, found = recipe_of(write_spec, schedule), [], []
    callback = keras.callbacks.ReduceLROnPlateau(
        "val_accuracy", factor=0.5, patience=2, mode="max", cooldown=2, min_lr=0.01
    )
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(RATE))
    callback.set_model(model)
    callback.on_train_begin()
    expected = []
    for epoch, accuracy in enumerate([*(5, 5, 4, 6, 6), *[6.00005] * 20, 7, 7, 7, 7]):
        found.append(learning_rate(recipe, STEPS * epoch, STEPS, rows))
        expected.append(float(model.optimizer.learning_rate))
        rows.append({"val_accuracy": accuracy, "val_loss": 1.0})
        callback.on_epoch_end(epoch, dict(rows[-1]))
    assert found == pytest.approx(expected, rel=1e-6)
    assert len(set(found)) == 5


def anneal(start, end, share):
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("{milestones: {after: [6, 3]}}", "each above the one before it"),
        ("{milestones: {after: [0]}}", "a number of epochs is needed here"),
        ("{exponential: {every: 2}}", "`exponential` needs the key `factor`"),
        ("{polynomial: {to: 2}}", "`to` of `polynomial`"),
        ("onecycle", "did you mean `one cycle`?"),
        ("{plateau: {factor: 1}}", "`factor` of `plateau`"),
        ("{plateau: {patience: 0}}", "`patience` of `plateau` needs at least 1"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_at_its_place(write_spec, schedule, said):
    with pytest.raises(SpecError) as error:
        recipe_of(write_spec, schedule)
    assert said in str(error.value)
    assert ".yaml:13:" in str(error.value)
