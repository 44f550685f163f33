"""Running: calls of blocks and ops, step by step, each becoming nodes of the graph."""

from collections.abc import Mapping

from archcompiler.graph.calls import (
    BlockTarget,
    CalledBlock,
    CalledFork,
    CalledStep,
    OpTarget,
    Target,
)
from archcompiler.graph.making import add_op
from archcompiler.graph.nodes import Frame, Node
from archcompiler.graph.references import back
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import MOST_LAYERS, Run
from archcompiler.graph.spreading import spread, why_none
from archcompiler.language.expressions import ExpressionError, Scope, Shapes, Value
from archcompiler.language.expressions.naming import is_relative, repetition_asked
from archcompiler.language.text.document import Scalar
from archcompiler.ops.fields import quote, read_number

__all__ = ["call", "repetitions"]

_OFTEN = 1000  # calls between two looks at the size

Inputs = tuple[Node, ...]


def call(
    run: Run,
    called: CalledStep | PlacedRow,
    target: Target,
    scope: Scope,
    inputs: Inputs,
    prefix: str,
    caller: Frame | None,
    number: int = 0,
    times: int = 1,
) -> Node:
    """Run repetition `number` of `times` of a call; return its output."""
    if isinstance(target, OpTarget):
        return add_op(run, called, target, scope, inputs, prefix, caller, number)
    words, block = run.once, target.block
    if times > 1 or block.counts:
        words = repetition_words(run, block, called, number, times)
    frame = enter(run, block, called, inputs, prefix, caller, number)
    if words is run.once and not block.defaults:
        frame.values = bind_given(run, called, target, scope)
    else:
        values = bind(run, called, target, scope, words, frame.shape)
        frame.values = run.shared(values)
    run.frames.append(frame)
    if not len(run.frames) % _OFTEN:
        run.refuse_growth()
    frame.output = run_steps(run, block.body, frame, [inputs[0]])
    return frame.output


def repetition_words(
    run: Run,
    block: CalledBlock,
    called: CalledStep | PlacedRow,
    number: int,
    times: int,
) -> dict[str, Value]:
    """Return the parameters, and what the words about repetition mean in one call."""
    words = {**run.parameters, "first": number == 0, "last": number == times - 1}
    if block.counts and isinstance(called, PlacedRow):
        words["index"] = called.first_index + number
        words["count"] = called.count
    elif called.repeats:
        words["index"], words["count"] = number, times
    return words


def enter(
    run: Run,
    block: CalledBlock,
    called: CalledStep | PlacedRow,
    inputs: Inputs,
    prefix: str = "",
    caller: Frame | None = None,
    number: int = 0,
) -> Frame:
    """Return the frame with which a call of a block begins, its values still empty."""
    names = block.inputs
    if len(inputs) != len(names):
        listed = ", ".join(names)
        wants = f"{len(names)} inputs ({listed})" if block.block.inputs else "one input"
        message = f"`{block.name}` takes {wants}, received {len(inputs)}"
        help = f"name them: `from: [{listed}]`"
        if not block.block.inputs:
            help = "merge them first, or give the block `inputs`"
        run.fail("input-count", message, called.place, help)
    return Frame(block, {}, inputs, prefix, called, caller, number)


def bind(
    run: Run,
    called: CalledStep | PlacedRow,
    target: BlockTarget,
    scope: Scope,
    words: Mapping[str, Value],
    shape: Shapes,
) -> dict[str, Value]:
    """Return what a block's text may name: `words`, and the value of each column.

    A column's value is given, bound by the block's name, or its default.
    """
    values = {**words, **target.preset}
    try:
        for argument in called.arguments:
            values[argument.name] = argument.compute(scope)
    except ExpressionError:
        run.refuse_arguments(called.arguments, scope)
    for default in target.block.defaults:
        if default.name not in values:
            values[default.name] = run.value(default, Scope(values, shape))
    return values


def bind_given(
    run: Run, called: CalledStep | PlacedRow, target: BlockTarget, scope: Scope
) -> Mapping[str, Value]:
    """Return what `bind` does where nothing but the arguments varies, and faster."""
    try:
        given = [argument.compute(scope) for argument in called.arguments]
    except ExpressionError:
        run.refuse_arguments(called.arguments, scope)
    # The target lives as long as its call, so that no id is another one's.
    key = (id(target), called.names, *given, *[value.__class__ for value in given])
    values = run.bound.get(key)
    if values is None:
        named = zip(called.names, given, strict=True)
        values = run.keep(key, {**run.once, **target.preset, **dict(named)})
    return values


def repetitions(
    run: Run,
    called: CalledStep | PlacedRow,
    scope: Scope,
    inputs: Inputs,
) -> int | None:
    """Return how often a call runs, or None where it does not say."""
    if called.repeat is not None:
        return read_repetitions(
            run, run.value(called.repeat, scope), called.repeat.cell
        )
    target = called.target
    if not isinstance(target, BlockTarget) or not target.block.repeats:
        return None
    words = repetition_words(run, target.block, called, 0, 1)
    frame = enter(run, target.block, called, inputs)
    values = bind(run, called, target, scope, words, frame.shape)
    if "repeat" not in values:
        return None
    return read_repetitions(run, values["repeat"], called.place)


def read_repetitions(run: Run, value: Value, cell: Scalar) -> int:
    """Read how often a call runs, refusing what is no count."""
    number = read_number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int):
        message = f"`repeat` is a whole number, received {quote(value)}"
        run.fail("bad-value", message, cell)
    if number < 1:
        message = f"`repeat` is at least 1, received {quote(value)}"
        run.fail("bad-value", message, cell, "leave a call out by `when`")
    if number > MOST_LAYERS:
        message = f"`repeat` is at most {MOST_LAYERS:,}, received {quote(value)}"
        run.fail("too-large", message, cell)
    return number


# Steps ----------------------------------------------------------------------


def run_steps(
    run: Run, steps: tuple[CalledStep, ...], frame: Frame, history: list[Node]
) -> Node:
    """Run steps in order; `history` holds the values so far, the current one last."""
    scope = Scope(frame.values, frame.shape)
    for step in steps:
        if step.plain is not None:
            prefix, arrives = frame.prefix + step.suffix, (history[-1],)
            output = call(run, step, step.plain, scope, arrives, prefix, frame)
            history.append(output)
        elif step.when is not None and not run.holds(step.when, scope):
            output = history[-1]
        else:
            if step.source is None:
                inputs: Inputs = (history[-1],)
            else:
                inputs = step_inputs(run, step.source, frame, history)
            output = run_step(run, step, frame, scope, inputs, history)
        if step.name is not None:
            frame.name(step.name, output)
    return history[-1]


def step_inputs(
    run: Run, source: tuple[Scalar, ...], frame: Frame, history: list[Node]
) -> Inputs:
    """Return what `from` names."""
    inputs = []
    for cell in spread(source, frame.steps):
        node = frame.tensor(cell.text)
        if node is None and not is_relative(cell.text):
            message = f"`{cell.text}` lies in a fork that did not run"
            help = "take a value that is there whether the fork runs or not"
            asked = repetition_asked(cell.text)
            if asked and asked[0] in (frame.steps or ()):
                message = why_none(cell.text, asked[0], frame.steps or {})
                help = ""
            run.fail("bad-reference", message, cell, help)
        inputs.append(back(run, history, cell) if node is None else node)
    return tuple(inputs)


def run_step(
    run: Run,
    step: CalledStep,
    frame: Frame,
    scope: Scope,
    inputs: Inputs,
    history: list[Node],
) -> Node:
    """Run a step, as often as it says; `history` gains each of its outputs."""
    times = repetitions(run, step, scope, inputs) if step.repeats else None
    if times is not None:
        return repeat_step(run, step, frame, scope, inputs, history, times)
    prefix = frame.prefix + step.suffix
    history.append(run_once(run, step, frame, scope, inputs, prefix))
    return history[-1]


def repeat_step(
    run: Run,
    step: CalledStep,
    frame: Frame,
    scope: Scope,
    inputs: Inputs,
    history: list[Node],
    times: int,
) -> Node:
    """Run a step several times, each on the output of the one before."""
    values = dict(scope.values)
    scope = Scope(values, scope.shapes)
    source = None if step.source is None else tuple(spread(step.source, frame.steps))
    for number in range(times):
        run.refuse_growth()
        values["first"], values["last"] = number == 0, number == times - 1
        values["index"], values["count"] = number, times
        prefix = f"{frame.prefix}{step.suffix}_{number + 1}"
        output = run_once(run, step, frame, scope, inputs, prefix, number, times)
        history.append(output)
        if step.name is not None:
            frame.repeated(step.name, number + 1, output)
        inputs = (output, *inputs[1:])
        if source is not None and number < times - 1:
            inputs = count_anew(run, source, inputs, history)
    return output


def count_anew(
    run: Run, source: tuple[Scalar, ...], inputs: Inputs, history: list[Node]
) -> Inputs:
    """Return the operands of the next repetition: what is counted is another now."""
    return tuple(
        [
            back(run, history, cell) if is_relative(cell.text) else node
            for cell, node in zip(source, inputs, strict=True)
        ]
    )


def run_once(
    run: Run,
    step: CalledStep,
    frame: Frame,
    scope: Scope,
    inputs: Inputs,
    prefix: str,
    number: int = 0,
    times: int = 1,
) -> Node:
    """Run a step once."""
    if step.target is not None:
        target = step.target
        return call(run, step, target, scope, inputs, prefix, frame, number, times)
    if step.fork is None:
        return inputs[0]  # a lone `from`
    if len(inputs) > 1:
        message = f"a fork takes one value, received {len(inputs)}"
        run.fail("input-count", message, step.place, "merge them first")
    outer, frame.prefix = frame.prefix, prefix
    try:
        return run_fork(run, step.fork, step.place, frame, inputs[0])
    finally:
        frame.prefix = outer


def run_fork(
    run: Run, fork: CalledFork, place: Scalar, frame: Frame, source: Node
) -> Node:
    """Run branches from one value, their merge, and what follows it."""
    merge = fork.merge
    scope = Scope(frame.values, frame.shape)
    ends = [
        run_steps(run, branch.steps, frame, [source])
        for branch in fork.branches
        if branch.when is None or run.holds(branch.when, scope)
    ]
    if len(ends) < 2:
        message = f"a fork joins at least two branches, here {len(ends)} is left"
        help = "a shortcut that may be missing is `add: {when: ..., from: [-1, in]}`"
        run.fail("input-count", message, place, help)
    history: list[Node] = []
    merged = run_step(run, merge, frame, scope, tuple(ends), history)
    if merge.name is not None:
        frame.name(merge.name, merged)
    return run_steps(run, fork.then, frame, history)
