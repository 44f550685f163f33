"""Arguments of a call, checked against what the called op or block takes."""

from collections.abc import Iterable

from archcompiler.diagnostics import Findings, listed
from archcompiler.graph.calls import Call, OpTarget, Target
from archcompiler.language.forms.forms import Written
from archcompiler.language.mistakes.synonyms import is_near, suggest_argument
from archcompiler.language.program.program import first_text
from archcompiler.language.spec.spec import CALL_WORDS, CLAIM_COLUMNS, ROW_WORDS
from archcompiler.language.text.document import Scalar
from archcompiler.ops.table import OPS


class ArgumentChecks:
    """What a call can be refused for before its arguments have values."""

    def __init__(self, found: Findings) -> None:
        self.found = found

    def refuse_unknown(
        self,
        target: Target,
        name: str,
        place: Scalar,
        call: str,
        words: Iterable[str] = CALL_WORDS,
    ) -> None:
        """Report an argument that a call does not take; `words` may stand beside it."""
        known = target.accepted
        if name in known:
            return
        message = f"`{call}` takes no `{name}`"
        help = f"it takes {listed(known, 20) or 'no arguments'}"
        of_others = any(name in op.model_fields for op in OPS.values())
        near = known if of_others else [*known, *words]  # no misspelling, then
        help = suggest_argument(name, near) or help
        if name in target.preset:
            message, help = f"`{call}` sets `{name}` by its name already", ""
        self.found.add("unknown-argument", message, place.span, help=help)

    def refuse_cell(self, target: Target, name: str, cell: Scalar, call: str) -> None:
        """Report a cell in a column that its row does not take."""
        message = f"`{call}` takes no `{name}`"
        help = f"it takes {listed(target.accepted, 20) or 'no arguments'}"
        if name in target.preset:
            message, help = f"`{call}` sets `{name}` by its name already", ""
        self.found.add("unknown-argument", message, cell.span, help=help)

    def refuse_list(self, target: Target, name: str, value: Written) -> None:
        """Report a list where a column takes one value."""
        if isinstance(target, OpTarget) or isinstance(value, Scalar):
            return
        message = f"the column `{name}` takes one value, received a list"
        help = "a text that starts with `[` or holds a comma wants quotes"
        span = first_text(value).span
        self.found.add("wrong-type", message, span, help=help)

    def refuse_missing(
        self, target: Target, given: Iterable[str], call: Scalar
    ) -> None:
        """Report the arguments that a call lacks."""
        given = {*given}
        if "patch" in given and target.window_field:
            given.add(target.window_field)
        missing = [name for name in target.required if name not in given]
        unknown = given - {*target.accepted, *CALL_WORDS, *ROW_WORDS, *CLAIM_COLUMNS}
        # What is misspelt is told where it stands.
        missing = [m for m in missing if not any(is_near(u, m) for u in unknown)]
        if missing:
            names = " and ".join([f"`{name}`" for name in missing])
            message = f"`{call.text}` needs {names}"
            help = ""
            if target.window_field in missing:
                help = "a window is written as `patch: 3x3`, with its stride `3x3/2`"
            self.found.add("missing-argument", message, call.span, help=help)

    def refuse_both(self, call: Call, window: str) -> None:
        """Report a window that is given twice, as `patch` and by the op's own name."""
        if "patch" not in call.names:
            return
        for argument in call.arguments:
            if argument.name == window:
                message = f"`patch` gives the `{window}` already"
                self.found.add("unknown-argument", message, argument.cell.span)
