"""The module: header, imports, the functions of the blocks, the builder."""

import hashlib
import inspect
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2

from archcompiler.backends.keras_source.builder import TableWriter
from archcompiler.backends.keras_source.facets import Unprintable
from archcompiler.backends.keras_source.functions import BlockWriter
from archcompiler.backends.keras_source.identifiers import (
    LOCALS,
    Identifiers,
    identifier,
)
from archcompiler.backends.keras_source.signatures import Signatures
from archcompiler.diagnostics import fail
from archcompiler.graph.expansion import Expansion
from archcompiler.language.expressions import make_divisible
from archcompiler.language.program import Program

if TYPE_CHECKING:
    from archcompiler.architecture import Architecture

SEAL = "# source sha256: "
"""Before the digest of all that follows the line, by which an edited file is known."""


def emit_source(architecture: "Architecture") -> str:
    """Return Python source that builds the architecture with Keras alone."""
    expansion = architecture.expansion
    function, definitions = _definitions(expansion)
    body = "\n".join(definitions)
    text = _template().render(
        docstring=_docstring(expansion.program),
        spec=_printable(Path(expansion.program.files[-1].name).name),
        digest=spec_digest(expansion.program),
        seal=SEAL,
        imports=_imports(body),
        definitions=[*_support(expansion, body), *definitions],
        function=function,
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
    return digest("\0".join([*parts, program.name, *program.settings]))


def _definitions(expansion: Expansion) -> tuple[str, list[str]]:
    """Return the builder's name and every function, folding parameters that must be."""
    program = expansion.program
    folded = {program.chooser.parameter.text} if program.chooser else set()
    while True:
        identifiers = Identifiers(LOCALS)
        kept = {
            name: identifiers.new(name) for name in program.values if name not in folded
        }
        try:
            return _write(expansion, Signatures(expansion, kept))
        except Unprintable as problem:
            again = folded | (problem.parameters & kept.keys() or kept.keys())
            if again == folded:
                message = "the source backend cannot write what this spec says"
                help = "give the step that `from` counts back to a name, and take it by that"
                fail("unsupported-source", message, program.at.span, help=help)
            folded = again


def _write(expansion: Expansion, signatures: Signatures) -> tuple[str, list[str]]:
    definitions = []
    for block in signatures.ordered:
        definitions.append(
            "\n".join(BlockWriter(signatures, signatures.of[block.name]).write())
        )
    functions = {signature.function for signature in signatures.of.values()}
    function = identifier(expansion.program.name, "model_")
    while function in functions:
        function = f"build_{function}"
    docstring = [f'    """Build {_title(expansion.program)}."""']
    lines = TableWriter(expansion, signatures, function).write(docstring)
    return function, [*definitions, "\n".join(lines)]


def _support(expansion: Expansion, body: str) -> list[str]:
    """Return the definitions that the functions need beside Keras'."""
    found = []
    if "make_divisible(" in body:
        found.append(_plain_source(inspect.getsource(make_divisible)))
    custom = sorted(
        {type(n.op).__name__ for n in expansion.graph if n.op and n.op.custom}
    )
    return [*found, *(_layer_source(name) for name in custom)]


def _plain_source(source: str) -> str:
    """Return a function of ours as a module without annotations has it."""
    head, rest = source.rstrip().split("\n", 1)
    return f"def {re.sub(r': (?:int|float)( = )?', lambda m: '=' if m[1] else '', head[4:]).replace(' -> int', '')}\n{rest}"


def _layer_source(name: str) -> str:
    """Return the class of a layer that Keras lacks, as its file has it."""
    from archcompiler.graph.calls import snake_case

    folder = Path(__file__).parent.parent / "keras_model" / "layers"
    text = (folder / f"{snake_case(name)}.py").read_text("utf-8")
    start = text.index("@keras.saving.register_keras_serializable")
    return text[start:].rstrip()


def _imports(body: str) -> list[str]:
    lines = ["import math", ""] if "math." in body else []
    return [*lines, "import keras", "from keras import layers"]


def _title(program: Program) -> str:
    return _printable(program.name)


def _docstring(program: Program) -> str:
    """Return the module's docstring: the name, the table, the paper."""
    lines = [f"{_printable(program.name)}, as its table says."]
    paper = program.paper
    if paper is not None:
        where = f"Table {paper.table.text} of " if paper.table else ""
        lines = [f'{_printable(program.name)}: {where}"{paper.title.text}".']
        if paper.arxiv:
            lines += ["", f"https://arxiv.org/abs/{paper.arxiv.text}"]
    text = "\n".join(_printable(line) for line in lines)
    return f'"""{text}\n"""' if len(lines) > 1 else f'"""{text}"""'


def _printable(text: str) -> str:
    """Return a text that cannot end the docstring or comment in which it stands."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain.replace("\\", "/").replace('"""', "'''")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, keep_trailing_newline=True
    )
    text = (Path(__file__).parent / "module.py.jinja").read_text("utf-8")
    return environment.from_string(text)
