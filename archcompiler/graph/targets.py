"""Targets: what the texts of a program call, an op, its word, or a block."""

from collections.abc import Sequence

from archcompiler.diagnostics import Diagnostic, SpecError, write
from archcompiler.graph.calls import (
    BlockTarget,
    CalledBlock,
    OpTarget,
    Target,
    made_by,
)
from archcompiler.graph.foreign_calls import as_step, called_name
from archcompiler.language.expressions.patterns import Pattern, read_pattern
from archcompiler.language.mistakes.other_forms import commas_help, parted_cells
from archcompiler.language.mistakes.synonyms import called_here, suggest_op
from archcompiler.language.text.document import Scalar
from archcompiler.ops.table import OPS, WORDS


class Targets:
    """The blocks of a program, and what its texts were found to call."""

    def __init__(self) -> None:
        self.blocks: dict[str, CalledBlock] = {}
        self.patterns: list[CalledBlock] = []
        self._known: dict[str, Target] = {}
        self._shared: dict[str, Target] = {}
        """What any program with these blocks calls."""

    def copy(self) -> "Targets":
        """Return the same blocks, and what is known to call them."""
        other = Targets()
        other.blocks, other.patterns = self.blocks, self.patterns
        other._known, other._shared = self._known.copy(), self._shared
        return other

    def declare(self, called: CalledBlock) -> None:
        """Enter a block."""
        self.blocks[called.name] = called
        if not called.pattern.literal:
            self.patterns.append(called)

    def find(self, text: str, cell: Scalar, owner: str = "") -> Target:
        """Return what a type calls, or a step of the block `owner`.

        Raises:
            SpecError: when nothing bears the name, or two patterns match it.
        """
        target = self._known.get(text)
        if target is None:
            target = self._shared.get(text) or self._find(text, cell, owner)
            self._known[text] = self._shared[text] = target
        return target

    def _find(self, text: str, cell: Scalar, owner: str) -> Target:
        block = self.blocks.get(text)
        if block is not None and block.pattern.literal:
            return BlockTarget(block)
        if text in OPS:
            return OpTarget(OPS[text], {}, made_by(text))
        if text in WORDS:
            op, preset = WORDS[text]
            return OpTarget(op, preset, made_by(text))
        matches = [
            (called, holes)
            for called in self.patterns
            if (holes := called.pattern.match(text)) is not None
        ]
        if len(matches) == 1:
            return BlockTarget(*matches[0])
        if matches:
            names = " and ".join([f"`{called.name}`" for called, _ in matches])
            code, message = "ambiguous-block", f"`{text}` matches {names}"
            help = _told_apart([called.pattern for called, _ in matches])
        else:
            code, message = "unknown-op", f"`{text}` is neither an op nor a block"
            help = self._help(text, cell, owner)
        raise SpecError([Diagnostic(code, message, cell.span, help=help)])

    def written_as_call(self, text: str, cell: Scalar) -> Target | None:
        """Return what `Conv2D(64, 3)` means to call, None where it is no such text."""
        name = called_name(text)
        known = name in self.blocks or name in OPS or name in WORDS
        return self.find(name, cell) if known else None

    def _help(self, text: str, cell: Scalar, owner: str) -> str:
        """Return what to write instead of a text that calls nothing.

        It is never the block `owner`, in which the text stands: no block calls itself.
        """
        meant = self.written_as_call(text, cell)
        if meant is not None:
            return write(as_step(text, meant))
        if text.startswith("<") and text.endswith(">"):
            given = f"`Activation: {{activation: {text}}}`"
            return f"what a step calls is fixed; an activation may vary: {given}"
        word, *others = parted_cells(text) or [""]
        if others and (meant_by := called_here(word, (*self.blocks, *OPS, *WORDS))):
            return commas_help([meant_by, *others])
        if self._is_cut_by_comma(text):
            return f'a comma ends a step: write `"{text}, ..."` with its quotes'
        known = self._known.items()
        called = [name for name, target in known if isinstance(target, BlockTarget)]
        filled = [
            each.pattern.filled_from(text)
            for each in self.patterns
            if each.name != owner
        ]
        names = (*filter(None, filled), *self.blocks, *called)
        blocks = [name for name in names if name != owner]
        if help := suggest_op(text, blocks, (*OPS, *WORDS)):
            return help
        if "<" in text:
            return "a hole in a step fills a hole in a block's name, as `conv3-<n>`"
        return "define it under `blocks:`"

    def _is_cut_by_comma(self, text: str) -> bool:
        """Whether a text is what stands before the comma in a block's name."""
        begins = [name.partition(",")[0] for name in self.blocks if "," in name]
        whole = [begin for begin in begins if begin.count("<") == begin.count(">")]
        return any(read_pattern(begin).fill(text) is not None for begin in whole)


def _told_apart(patterns: Sequence[Pattern]) -> str:
    """Say what makes of several blocks that match a text the one that is meant."""
    if len({pattern.unnamed for pattern in patterns}) > 1:
        return "a block with this literal name beats both"
    return (
        "only the holes' names differ: to replace a block, write its name letter for "
        "letter"
    )
