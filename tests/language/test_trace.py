"""Each layer knows the call that made it: its step, and which repetition it was."""

import pytest
from shipped import few_first

from archcompiler import load
from archcompiler.graph.calls import CalledStep, all_steps
from archcompiler.graph.rows import PlacedRow


@pytest.mark.parametrize("name", few_first())
def test_each_layer_is_named_by_the_calls_that_made_it(name):
    architecture = load(name)
    for node in architecture.layers:
        if node.op is None:
            assert node.trace is None
            continue
        call, frame, _ = node.trace
        assert call.target.op is type(node.op)
        if frame is None:
            assert isinstance(call, PlacedRow)
            assert call.index == node.row
            continue
        assert isinstance(call, CalledStep)
        assert any(call is step for step in all_steps(frame.block.body))
        assert node.name.startswith(frame.prefix)


def test_repetitions_are_numbered_from_0_and_know_what_each_took():
    architecture = load("efficientnet-b0")
    frames = [
        frame
        for frame in architecture.expansion.frames
        if isinstance(frame.call, PlacedRow) and frame.call.name == "7"
    ]
    assert [frame.number for frame in frames] == [0, 1, 2, 3]
    ends = [frame.inputs[0].name for frame in frames[1:]]
    assert all(
        end.startswith(f"{f.prefix}_") for f, end in zip(frames, ends, strict=False)
    )
