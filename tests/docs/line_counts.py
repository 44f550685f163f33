"""How long a spec is, and how long the modules are that others published.

`tests/reference/lines.csv` holds the modules' lengths with package and version; they
are counted anew, by `python -m tests.docs.line_counts`, where the package is installed.
A module is counted whole, with its arguments' checks and the addresses of its weights;
what it imports is not.
"""

import csv
import io
import tokenize
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import NamedTuple

COUNTED = Path(__file__).parents[1] / "reference" / "lines.csv"

_LAYOUT = {
    tokenize.ENCODING,
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}


class Length(NamedTuple):
    """The length of a text: all lines, those that say something, their characters.

    Neither blank lines, comments nor text in triple quotes say something; indentation
    and what trails a line do not count as characters.
    """

    lines: int
    code: int
    characters: int


class Module(NamedTuple):
    """A published module, and the spec that is the same network."""

    spec: str
    package: str
    version: str
    path: str
    length: Length


def measure_spec(text: str) -> Length:
    """Measure a text in YAML."""
    lines = text.splitlines()
    says = [bool(line.strip()) and line.strip()[0] != "#" for line in lines]
    return _length(lines, says)


def measure_python(text: str) -> Length:
    """Measure a text in Python."""
    lines = text.splitlines()
    says = [False] * len(lines)
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _LAYOUT and not _is_prose(token):
            says[token.start[0] - 1] = True
    return _length(lines, says)


def _is_prose(token: tokenize.TokenInfo) -> bool:
    quoted = token.string.lstrip("rRuUbBfF")
    return token.type == tokenize.STRING and quoted.startswith(('"""', "'''"))


def _length(lines: list[str], says: list[bool]) -> Length:
    code = [line.strip() for line, kept in zip(lines, says, strict=True) if kept]
    return Length(len(lines), len(code), sum(map(len, code)))


def read_modules() -> list[Module]:
    """Return every module that was counted, in the order of the file."""
    with COUNTED.open(newline="") as file:
        return [
            Module(*row[:4], Length(*map(int, row[4:])))
            for row in list(csv.reader(file))[1:]
        ]


def write_modules(modules: list[Module]) -> None:
    """Write what was counted."""
    with COUNTED.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*Module._fields[:4], *Length._fields])
        writer.writerows([*module[:4], *module.length] for module in modules)


def installed_version(package: str) -> str | None:
    """Return the version that is installed, if any; the package is not imported."""
    try:
        return distribution(package).version
    except PackageNotFoundError:
        return None


def recount(module: Module) -> Module:
    """Count a module anew as it is installed, if it is."""
    version = installed_version(module.package)
    if version is None:
        return module
    path = Path(str(distribution(module.package).locate_file(module.path)))
    length = measure_python(path.read_text("utf-8"))
    return module._replace(version=version, length=length)


if __name__ == "__main__":
    write_modules([recount(module) for module in read_modules()])
