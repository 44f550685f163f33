"""The module: header, imports, the functions of the blocks, the builder."""

import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple, NoReturn

from archcompiler.backends.keras_source.builder import define_builder
from archcompiler.backends.keras_source.code import Statement
from archcompiler.backends.keras_source.definitions import define
from archcompiler.backends.keras_source.demands import (
    text_parameters,
    whole_parameters,
)
from archcompiler.backends.keras_source.function_names import name_functions
from archcompiler.backends.keras_source.identifiers import (
    LOCALS,
    Identifiers,
    identifier,
)
from archcompiler.backends.keras_source.layout import WIDTH
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.sites import Sites
from archcompiler.backends.keras_source.slots import Parameters, Signature
from archcompiler.backends.keras_source.support import imports, support
from archcompiler.backends.keras_source.templates import render
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.diagnostics import fail
from archcompiler.graph.expansion import Expansion
from archcompiler.language.program.derived import bases_of
from archcompiler.language.program.program import Program

SEAL = "# source sha256: "
"""Before the digest of all that follows the line, by which an edited file is known."""


class Script(NamedTuple):
    """What a module has beside the model's functions."""

    main: str
    """What happens where the module is run."""

    imports: frozenset[str] = frozenset()
    constants: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    """They stand after the model's functions."""


def emit_source(expansion: Expansion) -> str:
    """Return Python source that builds what an expanded table says, with Keras alone.

    Raises:
        SpecError: with `unsupported-source`, for a spec that no such source says.
    """
    return emit_module(expansion, lambda build: Script(f"{build}().summary()"))


def emit_module(
    expansion: Expansion,
    script: Callable[[str], Script],
    taken: AbstractSet[str] = frozenset(),
) -> str:
    """Return a module that builds the model, and does what a script says with it.

    `script` is told what the function is called that builds the model; `taken` are the
    names that the script's own definitions have.

    Raises:
        SpecError: with `unsupported-source`, for a spec that no such source says.
    """
    made = define_all(expansion, taken)
    return write_module(expansion, made, script(made.builder))


def write_module(expansion: Expansion, made: "Definitions", around: Script) -> str:
    """Return the text of a module: its functions, and what a script has beside them."""
    definitions = [*support(made.functions), *made.functions]
    text = render(
        Path(__file__).parent / "module.py.jinja",
        docstring=_docstring(expansion.program),
        spec=_printable(Path(expansion.program.files[-1].name).name),
        digest=spec_digest(expansion.program),
        seal=SEAL,
        imports=_lay_out_imports(imports(definitions) | around.imports),
        constants=around.constants,
        definitions=[*definitions, *around.definitions],
        main=around.main,
    )
    head, _, rest = text.partition(SEAL)
    rest = rest.removeprefix("\n")
    return f"{head}{SEAL}{digest(rest)}\n{rest}"


def digest(text: str) -> str:
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def spec_digest(program: Program) -> str:
    """Return the SHA-256 of the files that make a program, and of what was set."""
    parts = [source.text for source in program.files]
    shared = [used.source.text for used in program.used]
    return digest("\0".join([*parts, *shared, program.name, *program.settings]))


# Definitions ----------------------------------------------------------------


class Definitions(NamedTuple):
    """The functions of the blocks and the builder, the last."""

    builder: str
    functions: list[str]
    rows: Mapping[str, range]
    """The lines of each row in the builder, counted from 0."""

    blocks: Mapping[str, str]
    """What the function of each block is called."""

    bodies: Mapping[str, Sequence[Statement]]
    """The statements of the function of each block."""

    written_out: Mapping[str, str]
    """The parameters that are no arguments of the builder, and why."""


def written_out(expansion: Expansion) -> Mapping[str, str]:
    """Return the parameters that emitted source has as values alone, and why.

    Raises:
        SpecError: with `unsupported-source`, for a spec that no such source says.
    """
    return define_all(expansion).written_out


def define_all(
    expansion: Expansion, taken: AbstractSet[str] = frozenset()
) -> Definitions:
    """Return every function.

    As many parameters as can be stay arguments of the builder: one that makes something
    unprintable becomes a known value, and everything is written again.

    Raises:
        SpecError: with `unsupported-source`, for a spec that no such source says.
    """
    values = expansion.program.values
    chooser = expansion.program.chooser
    folded: dict[str, str] = {}
    for name, bases in bases_of(expansion.program.parameters).items():
        folded[name] = "it is computed of other parameters"
        folded |= dict.fromkeys(bases, f"`{name}` is computed of it")
    if chooser is not None:
        folded[chooser.parameter.text] = "it chooses the column of the table"
    wholes, texts = whole_parameters(expansion), text_parameters(expansion)
    while True:
        identifiers = Identifiers(LOCALS)
        kept = {
            name: identifiers.new(name, role="value")
            for name in values
            if name not in folded
        }
        try:
            parameters = Parameters(values, kept, wholes, texts)
            made = _define(expansion, parameters, taken)
            return made._replace(written_out=folded)
        except Unprintable as problem:
            if not kept:
                _refuse(expansion.program, problem)
            names = problem.parameters & kept.keys() or kept.keys()
            folded |= dict.fromkeys(
                [name for name in kept if name in names], problem.why
            )


def _refuse(program: Program, problem: Unprintable) -> NoReturn:
    message = f"source cannot say this: {problem.why}"
    help = problem.help or "the model itself can be built"
    place = problem.place or program.at
    fail("unsupported-source", message, place.span, help=help)


def _define(
    expansion: Expansion, parameters: Parameters, taken: AbstractSet[str]
) -> Definitions:
    sites = Sites(expansion)
    functions = Identifiers({*LOCALS, *parameters.kept.values(), *taken})
    names = name_functions(sites.callees_first(), sites, functions)
    signatures = {
        block.name: Signature(
            block,
            names[block.name],
            sites.frames[block.name],
            sites.of[block.name],
        )
        for block in sites.callees_first()
    }
    passing = Passing(sites, signatures, parameters)
    defined = {
        block: define(signature, passing, expansion.graph)
        for block, signature in signatures.items()
    }
    name = expansion.program.name
    function = identifier(name, "model_")
    while function in functions.taken - {*LOCALS, *parameters.kept.values()} | taken:
        function = f"build_{function}"
    docstring = f'"""Build {_printable(name)}, untrained."""'
    builder = define_builder(expansion, passing, function, docstring)
    blocks = [each.lines for each in defined.values()]
    texts = ["\n".join(lines) for lines in (*blocks, builder.lines)]
    bodies = {block: each.statements for block, each in defined.items()}
    return Definitions(function, texts, builder.rows, names, bodies, {})


# Header ---------------------------------------------------------------------


def _lay_out_imports(imports: Iterable[str]) -> list[str]:
    """Return imports as ruff sorts them: those of Python itself come first."""
    ordered = sorted(imports, key=lambda line: (line.startswith("from"), line))
    own = [i for i in ordered if i.split()[1] in sys.stdlib_module_names]
    others = [i for i in ordered if i not in own]
    return [*own, "", *others] if own else others


def _docstring(program: Program) -> str:
    """Return the module's docstring: the name, the table, the paper."""
    lines = [
        part
        for line in _about(program)
        for part in wrap(_printable(line), WIDTH - len('"""')) or [""]
    ]
    return '"""' + "\n".join(lines) + ('\n"""' if len(lines) > 1 else '"""')


def _about(program: Program) -> Iterator[str]:
    paper = program.paper
    if paper is None:
        yield f"{program.name}: a Keras model."
        return
    where = f"Table {paper.table.text} of " if paper.table else ""
    after = "after " if program.edited else ""
    yield f'{program.name}: {after}{where}"{paper.title.text}".'
    if paper.arxiv:
        yield ""
        yield f"https://arxiv.org/abs/{paper.arxiv.text}"


def _printable(text: str) -> str:
    """Return a text that cannot end the docstring or comment in which it stands."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain.replace("\\", "/").replace('"""', "'''")
