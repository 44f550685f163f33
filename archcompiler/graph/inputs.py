"""Inputs: the tensors with which the table begins."""

from archcompiler.graph.names import Names
from archcompiler.graph.nodes import Node
from archcompiler.graph.resolution import Calls
from archcompiler.graph.run import Run
from archcompiler.language.expressions import ExpressionError, Scope, paste
from archcompiler.language.expressions.failures import diagnose
from archcompiler.language.expressions.naming import (
    name_problem,
    reference_problem,
    slug,
)
from archcompiler.language.mistakes.other_forms import size_help
from archcompiler.language.program.program import Program
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.notation import read_size
from archcompiler.ops.expect import size_problem
from archcompiler.ops.fields import quote
from archcompiler.shapes import Shape


def add_inputs(run: Run, program: Program, calls: Calls) -> tuple[Node, ...]:
    """Add the inputs to the graph; a single one is what the first row takes.

    Raises:
        SpecError: with every input that has no size or no good name.
    """
    names = Names(program.parameters, (), frozenset(), (), calls.found)
    for name, cell in program.inputs.items():
        shape = _shape(run, names, cell)
        problem = _problem(name)
        if problem:
            message = f"the input's name `{name}` {problem}"
            calls.found.add("bad-name", message, cell.span)
        elif slug(name) in run.graph:
            message = f"two inputs are `{slug(name)}` in the names of layers"
            calls.found.add("duplicate-name", message, cell.span)
        elif shape is not None:
            run.tensors[name] = run.graph.add_input(slug(name), shape)
    calls.found.finish()
    calls.read |= names.read
    inputs = tuple(run.tensors.values())
    if len(inputs) == 1:
        run.history.append(inputs[0])
    return inputs


def _problem(name: str) -> str:
    problem = reference_problem(name) or name_problem(name)
    if not problem and slug(name)[0].isdigit():
        return "begins with a digit, so no layer can be called so"
    return problem


def _shape(run: Run, names: Names, cell: Scalar) -> Shape | None:
    """Read the size of an input; report what is none."""
    reported = len(names.found)
    evaluate = names.compile(cell)
    if len(names.found) > reported:
        return None
    try:
        text = paste(evaluate(Scope(run.parameters, lambda _: None)))
        shape = read_size(text)
    except ExpressionError as error:
        names.found.take(diagnose(error, cell))
        return None
    except ValueError as error:
        message = f"{error}, received {quote(text)}"
        names.found.add("bad-value", message, cell.span, help=size_help(text))
        return None
    if problem := size_problem(shape):
        message = f"the input {problem}, received {quote(text)}"
        names.found.add("too-large", message, cell.span)
        return None
    return shape
