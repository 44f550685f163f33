"""The examples of a page: specs, commands with their output, mistakes.

A block `yaml` is a whole spec, known as NAME.yaml by its `name:`. A block `console`
runs `archc` or `pytest` on the specs above it. A line `...` in it stands for any that
are left out. A block `text` that begins with `NAME.yaml:LINE:`
shows what `archc check` says of that spec when the lines of the excerpt take the place
of its own. Where the mistake shows elsewhere, a block `diff` changes a spec for the
block after it; on a page whose reader edits one file from step to step, for all blocks.
"""

import contextlib
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from archcompiler.cli import main

LANGUAGE = Path(__file__).parents[2] / "docs" / "language"
"""The pages of the language."""

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GENERATED = re.compile(
    r"(<!-- generated: ([a-z ]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL
)
_MISTAKE = re.compile(r"([\w-]+\.yaml):\d+:")
_HUNK = re.compile(r"((?: .*\n)*)((?:-.*\n)*)((?:\+.*\n)*)")
_EXCERPT = re.compile(r" *(\d+) \| (.*)")


class Example(NamedTuple):
    """A fenced block: its kind, its text, and where it stands."""

    kind: str
    text: str
    start: int
    end: int
    line: int

    @property
    def name(self) -> str:
        """The file that a spec is saved as, or another one, whose comment names it."""
        called = re.match(r"# (\S+)\.yaml$", self.text, re.MULTILINE)
        found = called or re.search(r"^name: (\S+)$", self.text, re.MULTILINE)
        assert found, f"the spec on line {self.line} has no plain name"
        return f"{found[1]}.yaml"

    @property
    def is_mistake(self) -> bool:
        """Whether this shows a diagnostic."""
        return self.kind == "text" and bool(_MISTAKE.match(self.text))

    @property
    def is_run(self) -> bool:
        """Whether a Runner does something with this, and knows what it should show."""
        return self.kind in ("yaml", "diff", "console") or self.is_mistake

    @property
    def needs_processes(self) -> bool:
        """Whether this runs pytest or a framework, which takes seconds."""
        slow = r"^\$ (pytest|archc (train|build)) "
        return bool(re.search(slow, self.text, re.MULTILINE))

    def shows(self, printed: str) -> bool:
        """Whether this is what was printed, but for lines left out at a `...`."""
        parts = re.split(r"^\.\.\.\n", self.text, flags=re.MULTILINE)
        return bool(re.fullmatch(r"(?:.*\n)*".join(map(re.escape, parts)), printed))


def read_examples(reference: str) -> list[Example]:
    """Return every fenced block of a text, in order."""
    found = []
    for block in _BLOCK.finditer(reference):
        line = reference.count("\n", 0, block.start()) + 1
        found.append(Example(block[1], block[2], *block.span(2), line))
    return found


class Runner:
    """Runs the examples, in order, in a folder that holds the specs seen so far.

    What a block `diff` changes stays so if `keeps_changes`, else for one block.
    """

    def __init__(self, folder: Path, *, keeps_changes: bool = False) -> None:
        self.folder = folder
        self.keeps_changes = keeps_changes
        self.changed: dict[Path, str] = {}

    def run(self, example: Example) -> str:
        """Return the text that the block should have."""
        text = example.text
        if example.kind == "yaml":
            (self.folder / example.name).write_text(text)
        elif example.kind == "diff":
            self._change(text)
            return text
        elif example.kind == "console":
            text = "".join(self._answers(example))
            assert "\nusage: archc" not in text, f"a page shows no bad usage:\n{text}"
        elif example.is_mistake:
            text = self._mistake(text)
        for path, good in self.changed.items():
            path.write_text(good)
        self.changed.clear()
        return text

    def _change(self, text: str) -> None:
        name, _, changes = text.partition("\n")
        path = self.folder / name
        good = bad = path.read_text()
        for around, removed, added in _HUNK.findall(changes):
            old, new = _unmarked(around + removed), _unmarked(around + added)
            if old == new:
                continue
            assert bad.count(old) == 1, f"{name} does not hold once:\n{old}"
            bad = bad.replace(old, new)
        path.write_text(bad)
        if not self.keeps_changes:
            self.changed[path] = good

    def _answers(self, example: Example) -> Iterator[str]:
        run = self._process if example.needs_processes else self._command
        for line in example.text.splitlines():
            if line.startswith("$ "):
                yield f"{line}\n{run(line[2:])}"

    def _command(self, line: str) -> str:
        program, *arguments = shlex.split(line)
        assert program == "archc", f"not a command of ours: {line}"
        output = io.StringIO()
        with (
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            main(arguments)
        return output.getvalue()

    def _process(self, line: str) -> str:
        program, *arguments = shlex.split(line)
        module = {"archc": "archcompiler", "pytest": "pytest"}[program]
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False
        )
        return done.stdout

    def _mistake(self, text: str) -> str:
        found = _MISTAKE.match(text)
        assert found
        path = self.folder / found[1]
        good = path.read_text()
        lines = good.splitlines()
        for number, line in _EXCERPT.findall(text):
            lines[int(number) - 1] = line
        path.write_text("\n".join([*lines, ""]))
        try:
            return self._command(f"archc check {path.name}")
        finally:
            path.write_text(good)


def _unmarked(lines: str) -> str:
    return re.sub(r"^[-+ ]", "", lines, flags=re.MULTILINE)


def refreshed(reference: str, runner: Runner, generated: dict[str, str]) -> str:
    """Return the reference with the output of today, and today's generated tables.

    What needs processes stays as it is.
    """
    parts, at = [], 0
    for example in read_examples(reference):
        text = example.text if example.needs_processes else runner.run(example)
        text = example.text if example.shows(text) else text
        if example.is_mistake:
            lost = set(_EXCERPT.findall(example.text)) - set(_EXCERPT.findall(text))
            assert not lost, f"line {example.line}: the mistake shows elsewhere\n{text}"
        parts += [reference[at : example.start], text]
        at = example.end
    whole = "".join([*parts, reference[at:]])
    return _GENERATED.sub(lambda m: f"{m[1]}{generated[m[2]]}{m[4]}", whole)


def read_generated(reference: str) -> dict[str, str]:
    """Return the tables that the reference holds between its marks."""
    return {found[2]: found[3] for found in _GENERATED.finditer(reference)}
