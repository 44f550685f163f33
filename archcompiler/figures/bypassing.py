"""Whether a call of a block is another one without some steps.

Only then may both share a drawing, in which these steps are dashed: a reader takes what
leads to a missing step for what it would have given.
"""

from archcompiler.figures.calls import BlockCall, Key

Source = Key | int
"""A step, or an input of the block as -1 - n."""


def is_bypassed(call: BlockCall, other: BlockCall, folded: frozenset[int]) -> bool:
    """Return whether a call is another one past the steps that it lacks."""
    feeds, drawn = _feeds(call, folded), _feeds(other, folded)
    equal = _equal_inputs(call)
    passed: dict[Source, set[Source]] = {}
    for key, sources in drawn.items():  # each after those that it takes
        before = [passed.get(each, {each}) for each in sources]
        passed[key] = {key} if key in feeds else set().union(*before)
        taken = [equal.get(each, {each}) for each in feeds.get(key, ())]
        if key in feeds and not _is_fed(taken, before):
            return False
    output = _output(other, folded)
    return _output(call, folded) in passed.get(output, {output})


def _is_fed(taken: list[set[Source]], drawn: list[set[Source]]) -> bool:
    if len(taken) != len(drawn):
        return False
    return all(some & those for some, those in zip(taken, drawn, strict=True))


def _equal_inputs(call: BlockCall) -> dict[Source, set[Source]]:
    """Return the inputs that are one value, by each of them."""
    names = [node.name for node in call.frame.inputs]
    return {
        -1 - at: {-1 - other for other, same in enumerate(names) if same == name}
        for at, name in enumerate(names)
    }


def _feeds(call: BlockCall, folded: frozenset[int]) -> dict[Key, tuple[Source, ...]]:
    """Return what each step of a call takes, folded blocks being one step."""
    made = _sources(call, folded)
    found: dict[Key, tuple[Source, ...]] = {}
    for node in call.layers:
        key = call.key(node, folded)
        taken = [made[name] for name in node.inputs]
        outside = [each for each in taken if each != key]
        known = found.get(key, ())
        found[key] = (*known, *[each for each in outside if each not in known])
        if not known and len(outside) == len(taken):
            found[key] = tuple(taken)  # the same value twice is two operands
    return found


def _sources(call: BlockCall, folded: frozenset[int]) -> dict[str, Source]:
    found: dict[str, Source] = {
        node.name: -1 - at for at, node in enumerate(call.frame.inputs)
    }
    for node in call.layers:
        found[node.name] = call.key(node, folded)
    return found


def _output(call: BlockCall, folded: frozenset[int]) -> Source:
    output = call.frame.output
    assert output is not None
    return _sources(call, folded)[output.name]
