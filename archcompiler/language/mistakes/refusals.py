"""What pydantic refuses of one field, in our words: what is needed, what was received.

Pydantic's own messages name types of Python and places of its own.
"""

from typing import Any

from archcompiler.diagnostics import write
from archcompiler.language.mistakes.other_forms import (
    share_help,
    truth_help,
    whole_help,
)
from archcompiler.language.mistakes.synonyms import suggest_here
from archcompiler.ops.fields import TRUTH, WHOLE, quote

_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def refusal(item: Any, received: object) -> tuple[str, str]:
    """Return what follows a field's name in the message of an error, and what helps.

    `item` is one of pydantic's errors, `received` the value as its author wrote it.
    """
    context = item.get("ctx", {})
    if item["type"] == "literal_error":
        expected = str(context["expected"]).replace("'", "")
        words = expected.replace(" or ", ", ").split(", ")
        near = _padding_help(str(received)) if "valid" in words else ""
        near = near or suggest_here(str(received), words)
        help = near or f"it is one of {', '.join(words)}"
        return f"cannot be {quote(received)}", help
    if item["type"] in _BOUNDS:
        bound, least = _BOUNDS[item["type"]]
        help = share_help(item["input"]) if context[bound] == 1 else ""
        return f"needs {least} {context[bound]:g}, received {quote(received)}", help
    if "expected" in context:
        _, _, words = context["expected"].partition("one of ")
        help = suggest_here(str(received), words.split(", ")) if words else ""
        if context["expected"] == TRUTH:
            help = truth_help(str(received))
        if context["expected"] == WHOLE:
            help = whole_help(str(received))
        return f"needs {context['expected']}, received {context['received']}", help
    message = item["msg"]
    return f"{message[:1].lower()}{message[1:]}, received {quote(received)}", ""


def _padding_help(text: str) -> str:
    """Return the help for a padding in pixels, which a convolution does not take."""
    if not text.replace("x", "").isdigit():
        return ""
    if text == "0":
        return write("valid")
    return f"to pad all sides: `ZeroPadding2D: {{padding: {text}}}` before it"
