"""Layout: a document laid out anew, as the lines that differ."""

from archcompiler.diagnostics import SpecError
from archcompiler.editor.answers import Rewrite
from archcompiler.editor.documents import Moved, View
from archcompiler.formatting import format_spec


def layout(view: View) -> list[Rewrite]:
    """Return what `archc fmt` changes; nothing of a text that it cannot read."""
    try:
        text = format_spec(view.source)
    except SpecError:
        return []
    old, new = view.lines, text.split("\n")
    if old == new:
        return []
    moved = Moved.between(old, new)
    if moved.first_after == len(old):  # the last line has no end to be replaced
        kept = max(0, moved.kept - 1)
        return [Rewrite(kept, len(old), "\n".join(new[kept:]))]
    after = moved.first_after + moved.shift
    lines = [f"{line}\n" for line in new[moved.kept : after]]
    return [Rewrite(moved.kept, moved.first_after, "".join(lines))]
