"""Blocks: their columns, their steps, and how these are written."""

from collections.abc import Mapping as AbstractMapping
from typing import Any, ClassVar

from pydantic import Field

from archcompiler.diagnostics import Proposal
from archcompiler.language.forms.forms import (
    Form,
    Read,
    Text,
    Written,
    as_list,
    colon_lost,
    cut_by_comma,
    describe,
    few,
    located,
    only_entry,
    read_source,
    read_text,
    read_written,
    refuse_unknown_keys,
    require_mapping,
)
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence
from archcompiler.ops.table import OPS, WORDS

CALL_WORDS = ("name", "from", "when", "repeat")
_FORK_KEYS = dict.fromkeys(("branches", "merge", "then", *CALL_WORDS))
_BLOCK_KEYS = dict.fromkeys(
    ("columns", "inputs", "counter", "sequence", "branches", "merge", "then")
)


class Column(Form):
    """An argument of a block, `filters`, with its default if any: `stride: 1`."""

    what: ClassVar[str] = "a column"

    name: Read[Scalar]
    default: Read[Scalar | None] = None

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `filters` or `stride: 1`."""
        if not isinstance(node, Mapping):
            return {"at": node, "name": read_text(node)}
        name, default = only_entry(node, "a column is `name` or `name: default`")
        return {"at": name, "name": name, "default": read_text(default)}


class Step(Form):
    """A call with its arguments, a fork of branches with a merge, or a lone `from`."""

    what: ClassVar[str] = "a step"

    call: Read[Scalar | None] = None
    arguments: Read[dict[str, tuple[Scalar, Any]]] = Field(default={})
    """Each name with its place and what is written after it."""

    branches: "tuple[Branch, ...]" = ()
    """Sequences that all take the same value; `[]` is that value."""

    merge: "Step | None" = None
    """The call that joins the ends of the branches, in order."""

    then: "tuple[Step, ...]" = ()
    """The steps that follow the merge."""

    name: Read[Scalar | None] = None
    """By what later steps, or rows, refer to the value."""

    when: Read[Scalar | None] = None
    """Whether the call runs: an expression that gives true or false."""

    repeat: Read[Scalar | None] = None
    """How often the call runs, each time on its own output."""

    source: Read[tuple[Scalar, ...] | None] = None
    """What `from` names."""

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read `relu`, `Conv2D: {...}`, `{branches, merge}` or `from: x`."""
        if isinstance(node, Scalar):
            return {"at": node, "call": read_text(node)}
        mapping = require_mapping(node, "a step")
        if "branches" in mapping.entries:
            return _read_fork_step(mapping)
        if "from" in mapping.entries:
            return _read_lone_from(mapping)
        _refuse_shallow_arguments(mapping)
        _refuse_several_calls(mapping)
        form = "a step is `call`, `call: {arguments}`, a fork or `from: x`"
        call, arguments = only_entry(mapping, form)
        if call.text in _BLOCK_KEYS:
            message = f"`{call.text}` belongs to a block or a fork, not here"
            raise located("unknown-key", message, call.span)
        if isinstance(arguments, Scalar) and arguments.blank:
            message = f"`{call.text}:` without arguments"
            raise located("wrong-type", message, call.span, f"write `{call.text}`")
        help = _named_arguments(call.text, arguments)
        inner = require_mapping(arguments, f"what `{call.text}` takes", help)
        return {"at": call, "call": call, **_read_call_words(inner)}


_AS_STEPS = "a branch is a list of steps: write `[` before it, and `]` behind it"


class Branch(Form):
    """One of the sequences of a fork, which a `when` may leave out."""

    what: ClassVar[str] = "a branch"

    sequence: tuple[Step, ...]
    """The steps of the branch."""

    when: Read[Scalar | None] = None
    """Whether there is this branch: an expression, `<1x1 > 0>`."""

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read a list of steps, or `{when: <1x1 > 0>, sequence: [...]}`."""
        if not isinstance(node, Mapping):
            return {"at": node, "sequence": _read_steps(node)}
        words = dict.fromkeys(("when", "sequence"))
        calls = dict.fromkeys(node.entries.keys() - words, _AS_STEPS)
        elsewhere = calls if len(node.entries) == 1 else {}
        refuse_unknown_keys(node, words, cls.what, elsewhere)
        for word in ("when", "sequence"):
            if word not in node.entries:
                message = f"a branch that is no list of steps needs `{word}`"
                help = "write `{when: <1x1 > 0>, sequence: [...]}`"
                raise located("missing-key", message, node.span, help)
        when, steps = (node.entries[word][1] for word in ("when", "sequence"))
        return {"at": node, "sequence": _read_steps(steps), "when": read_text(when)}


class Block(Form):
    """A block: its columns, its inputs where there are several, and its body."""

    what: ClassVar[str] = "a block"

    name: Read[Scalar]
    columns: tuple[Column, ...] = ()
    """The arguments that a call gives, with defaults: `stride: 1`."""

    inputs: tuple[Text, ...] = ()
    """The names of the values that the block takes, where it takes several."""

    counter: Read[Scalar | None] = None
    """Blocks with one counter are numbered together by `index` and `count`."""

    sequence: tuple[Step, ...] = ()
    """The steps, each of which takes what the one before gives."""

    @classmethod
    def read_node(cls, entry: Any) -> dict[str, Any]:
        """Read a key and its body: a `sequence`, or `branches` and their `merge`.

        A fork that is the body becomes a sequence of that one step.
        """
        key, node = entry
        help = f"write `{key.text}: {{sequence: [...]}}`"
        mapping = require_mapping(node, f"the block `{key.text}`", help)
        refuse_unknown_keys(mapping, _BLOCK_KEYS, "a block")
        entries = mapping.entries
        if ("sequence" in entries) == ("branches" in entries):
            needs = "a `sequence`, or `branches` and a `merge`"
            message = f"the block `{key.text}` needs {needs}"
            if "sequence" in entries:
                message = f"the block `{key.text}` has {needs}, not both"
            raise located("missing-key", message, key.span)
        fields: dict[str, Any] = {"at": mapping, "name": key}
        for word in ("columns", "inputs"):
            if word in entries:
                fields[word] = _read_list(entries[word][1], word)
        if "counter" in entries:
            fields["counter"] = read_text(entries["counter"][1])
        if "branches" in entries:
            fields["sequence"] = ({"at": key, **_read_fork(mapping)},)
            return fields
        for word in ("merge", "then"):
            if word in entries:
                message = f"`{word}` goes with `branches`"
                raise located("unknown-key", message, entries[word][0].span)
        fields["sequence"] = _read_steps(entries["sequence"][1])
        if not fields["sequence"]:
            message = f"the block `{key.text}` has no steps"
            raise located("missing-key", message, entries["sequence"][0].span)
        return fields


def _refuse_shallow_arguments(mapping: Mapping) -> None:
    """Refuse arguments that stand beside their call and not below it."""
    call, value = next(mapping.items(), (None, None))
    if call is None or not isinstance(value, Scalar) or not value.blank:
        return
    if len(mapping.entries) > 1:
        message = f"the arguments of `{call.text}` are not indented"
        help = f"indent them below `{call.text}:`, or write `{call.text}: {{...}}`"
        raise located("wrong-type", message, call.span, help)


def _refuse_several_calls(mapping: Mapping) -> None:
    """Refuse `{type: Conv2D, filters: 4}`, a row, and two calls in one step."""
    if len(mapping.entries) < 2:
        return
    message = "a step is one call, `call: {arguments}`"
    help = "begin each step with `- `"
    if "type" in mapping.entries:
        message = "`type` belongs to rows; a step begins with what it calls"
        given = dict(mapping.entries)
        kind = given.pop("type")[1]
        help = f"write `{written_call(kind, given)}`"
    raise located("wrong-type", message, mapping.span, help)


def written_call(kind: Node, given: AbstractMapping[str, tuple[Scalar, Node]]) -> str:
    """Return a step as text, for a help."""
    arguments = [
        f"{name}: {value.text if isinstance(value, Scalar) else '...'}"
        for name, (_, value) in given.items()
    ]
    call = kind.text if isinstance(kind, Scalar) else "call"
    return f"{call}: {{{', '.join(arguments)}}}"


def _named_arguments(call: str, given: Node) -> str:
    """Return the help for `Conv2D: [64, 3x3]`, arguments without their names.

    What merges takes nothing but values: `add: [a, b]` is meant as `from`.
    """
    items = given.items if isinstance(given, Sequence) else [given]
    op = WORDS[call][0] if call in WORDS else OPS.get(call)
    if op is not None and op.inputs == "several":
        texts = [item.text for item in items if isinstance(item, Scalar)]
        meant = f"{{from: [{', '.join(texts)}]}}"
        place = given.brackets if isinstance(given, Sequence) else given.span
        return Proposal(f"write `{call}: {meant}`", meant, place)
    fields = op.model_fields if op is not None else {}
    names = iter([name for name in fields if name != "op"])
    arguments = [
        f"{next(names, 'column')}: {item.text if isinstance(item, Scalar) else '...'}"
        for item in items
    ]
    return f"name the arguments: `{call}: {{{', '.join(arguments)}}}`"


def _read_fork_step(mapping: Mapping) -> dict[str, Any]:
    refuse_unknown_keys(mapping, _FORK_KEYS, "a fork")
    key = mapping.entries["branches"][0]
    return {"at": key, **_read_fork(mapping), **_read_words(mapping)}


def _read_lone_from(mapping: Mapping) -> dict[str, Any]:
    """Read `from: x`, which makes an earlier value the current one."""
    for key, _ in mapping.items():
        if key.text not in ("from", "name", "when"):
            message = f"a lone `from` has no key `{key.text}`"
            help = "" if key.text == "repeat" else f"write `{key.text}: {{from: ...}}`"
            raise located("unknown-key", message, key.span, help)
    words = _read_words(mapping)
    if len(words["source"]) > 1:
        message = "a lone `from` names one value"
        help = "a call takes several: `add: {from: [a, b]}`"
        raise located("wrong-type", message, words["source"][1].span, help)
    return {"at": mapping.entries["from"][0], **words}


def _read_fork(mapping: Mapping) -> dict[str, Any]:
    """Return the branches, the merge and what follows it."""
    key, branches = mapping.entries["branches"]
    if "merge" not in mapping.entries:
        message = "branches need a `merge`"
        raise located("missing-key", message, key.span, "write `merge: concatenate`")
    if not isinstance(branches, Sequence) or len(branches.items) < 2:
        message = "`branches` is a list of at least two lists of steps"
        raise located("wrong-type", message, key.span)
    merge = mapping.entries["merge"][1]
    fields: dict[str, Any] = {"branches": tuple(branches.items)}
    fields["merge"] = _read_merge(merge)
    if "then" in mapping.entries:
        fields["then"] = _read_steps(mapping.entries["then"][1])
    return fields


def _read_merge(node: Node) -> dict[str, Any]:
    """Read the call that joins the branches; it always runs, on their ends."""
    merge = Step.read_node(node)
    if merge.get("call") is None:
        message = "`merge` is a call that joins the branches"
        raise located("wrong-type", message, node.span, "write `merge: concatenate`")
    for word in ("source", "when", "repeat"):
        if word in merge:
            key = "from" if word == "source" else word
            message = f"a merge has no `{key}`: it takes the ends of its branches, once"
            place = merge[word][0] if word == "source" else merge[word]
            raise located("unknown-key", message, place.span)
    return merge


def _read_steps(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return tuple(node.items)
    help = "begin each step with `- `"
    if isinstance(node, Scalar) and not node.blank:
        help = as_list(node)
    message = f"a list of steps is needed here, received {describe(node)}"
    raise located("wrong-type", message, node.span, help)


def _read_words(mapping: Mapping) -> dict[str, Any]:
    """Return the words of the language among the entries of a mapping."""
    fields: dict[str, Any] = {}
    for word in CALL_WORDS:
        if word in mapping.entries:
            value = mapping.entries[word][1]
            if word == "from":
                fields["source"] = read_source(value)
            else:
                fields[word] = read_text(value)
    return fields


def _read_call_words(mapping: Mapping) -> dict[str, Any]:
    """Split what stands in a call's braces into words of the language and arguments."""
    fields = _read_words(mapping)
    arguments: dict[str, tuple[Scalar, Written]] = {}
    for text, (key, value) in mapping.entries.items():
        if text not in CALL_WORDS:
            if isinstance(value, Scalar) and value.blank:
                message = f"the argument `{text}` has no value"
                help = cut_by_comma(mapping, key) or colon_lost(key, CALL_WORDS)
                help = help or colon_lost(key)
                raise located("wrong-type", message, key.span, help)
            arguments[text] = (key, read_written(value))
    fields["arguments"] = arguments
    return fields


def _read_list(node: Node, what: str) -> tuple[Node, ...]:
    if isinstance(node, Sequence):
        return tuple(few(node).items)
    message = f"`{what}` is a list, received {describe(node)}"
    help = as_list(node) if isinstance(node, Scalar) and not node.blank else ""
    raise located("wrong-type", message, node.span, help)
