"""Drawings: one diagram for all calls of a block that can share it.

The call with the most steps is drawn; steps that other calls lack are optional there.
Calls with steps that it lacks are drawn apart.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from archcompiler.figures.bypassing import is_bypassed
from archcompiler.figures.calls import BlockCall, Key, is_heavy, name_of
from archcompiler.figures.cells import (
    Calls,
    Cell,
    Diagram,
    Light,
    layer_cell,
    stacked,
)
from archcompiler.figures.kinds import paint_of_all
from archcompiler.figures.padding import unsaid_padding
from archcompiler.figures.palette import Paint
from archcompiler.figures.widths import width_runs
from archcompiler.figures.wording import extras, strides_between, timed
from archcompiler.graph.calls import CalledBlock
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Frame, Node, OpNode
from archcompiler.language.program.program import Program

MOST_WORDS = 2
"""More numbers of one word than these are one word that lists them."""

MOST_NUMBERS = 4
"""More than these are told by the least and the greatest."""

_NUMBER = re.compile(r"(?<!\S)[0-9]+(?:×[0-9]+)?(?!\S)")
_HOLE = "<n>"


@dataclass(eq=False)
class Drawing:
    """Calls of one block that one diagram shows; `folded` are blocks drawn as a box."""

    calls: list[BlockCall]
    drawn: BlockCall
    """The call whose wiring is shown."""

    program: Program
    graph: Graph
    folded: frozenset[int] = frozenset()
    shows_padding: bool = False

    @property
    def block(self) -> CalledBlock:
        """The block."""
        return self.drawn.block

    @property
    def everywhere(self) -> Calls:
        """All calls."""
        return frozenset(range(len(self.calls)))

    @cached_property
    def diagram(self) -> Diagram:
        """The cells of the drawn call, what is light hanging on what is not."""
        return stacked(_Reading(self).run())

    @cached_property
    def boxes(self) -> list[BlockCall]:
        """The calls of folded blocks within all calls, in order, outer ones alone."""
        found: list[BlockCall] = []
        waiting = [i for call in reversed(self.calls) for i in reversed(call.inner)]
        while waiting:
            call = waiting.pop()
            if id(call.block) in self.folded:
                found.append(call)
            else:
                waiting += reversed(call.inner)
        return found


def drawings_of(
    calls: Sequence[BlockCall],
    program: Program,
    graph: Graph,
    folded: frozenset[int] = frozenset(),
    *,
    shows_padding: bool = False,
) -> list[Drawing]:
    """Return as few drawings as show all calls of a block, in order."""
    groups: dict[frozenset[Key], list[BlockCall]] = {}
    for call in calls:
        keys = frozenset([call.key(node, folded) for node in call.layers])
        groups.setdefault(keys, []).append(call)
    drawn: dict[frozenset[Key], list[BlockCall]] = {}
    for keys in sorted(groups, key=len, reverse=True):
        groups[keys].sort(key=_shared_inputs)  # one that tells its inputs apart first
        call = groups[keys][0]
        above = next(
            (
                each
                for each, (other, *_) in drawn.items()
                if keys < each and is_bypassed(call, other, folded)
            ),
            keys,
        )
        drawn.setdefault(above, []).extend(groups[keys])
    order = {id(call): at for at, call in enumerate(calls)}
    return [
        Drawing(
            sorted(group, key=lambda call: order[id(call)]),
            group[0],
            program,
            graph,
            folded,
            shows_padding,
        )
        for group in drawn.values()
    ]


def _shared_inputs(call: BlockCall) -> int:
    """Return how many inputs of a call are another one of its inputs, too."""
    inputs = call.frame.inputs
    return len(inputs) - len({node.name for node in inputs})


class _Reading:
    """Reads the drawn call into cells, a layer or a folded block each."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.call = drawing.drawn
        self.made: dict[Key, dict[int, OpNode]] = {}
        self.framed: dict[Key, dict[int, dict[int, Frame]]] = {}
        for at, call in enumerate(drawing.calls):
            for node in call.layers:
                self.made.setdefault(call.key(node), {})[at] = node
                frame = self._folded(call, node)
                if frame is not None:
                    key = call.key(node, drawing.folded)
                    runs = self.framed.setdefault(key, {}).setdefault(at, {})
                    runs.setdefault(frame.number, frame)
        self.folded = self._folded_layers()
        self.places: dict[str, int] = {}
        self.boxes: dict[tuple[Hashable, ...], int] = {}
        self.last_frames: dict[tuple[Hashable, ...], Frame] = {}
        self.cells: list[Cell] = []
        self.feeds: list[list[int]] = []
        shown = drawing.shows_padding
        self.unsaid = unsaid_padding(self.call.layers, shown=shown)
        for at, source in enumerate(self.call.frame.inputs):
            self.places[source.name] = -1 - at

    def _folded_layers(self) -> dict[Key, list[tuple[int, OpNode]]]:
        """Return the layers of folded calls, each with its call's place, by the step.

        A call may repeat a folded block more often than the drawn one does.
        """
        found: dict[Key, list[tuple[int, OpNode]]] = {}
        folded = self.drawing.folded
        if folded:
            for at, call in enumerate(self.drawing.calls):
                for node in call.layers:
                    found.setdefault(call.key(node, folded), []).append((at, node))
        return found

    def run(self) -> Diagram:
        for node in self.call.layers:
            self._read(node)
        output = self.call.frame.output
        assert output is not None
        return Diagram(
            tuple(self.cells),
            tuple([tuple(feeds) for feeds in self.feeds]),
            self.places[output.name],
            self.call.block.inputs,
        )

    def _read(self, node: OpNode) -> None:
        feeds = [self.places[source] for source in node.inputs]
        folded = self._folded(self.call, node)
        if folded is not None:
            place = self.places[node.name] = self._box(folded, node, feeds)
            made = self.folded.pop(self.call.key(node, self.drawing.folded), ())
            cell = self.cells[place]
            self.cells[place] = replace(cell, layers=(*cell.layers, *made))
        elif node.name in self.unsaid:
            self.places[node.name] = feeds[0]
        else:
            self.places[node.name] = len(self.cells)
            self.cells.append(self._cell(node))
            self.feeds.append(feeds)

    def _folded(self, call: BlockCall, node: OpNode) -> Frame | None:
        """Return the outermost folded call within one that made a layer."""
        found = None
        for frame in call.frames_within(node):
            if id(frame.block) in self.drawing.folded:
                found = frame
        return found

    def _box(self, frame: Frame, node: OpNode, feeds: Sequence[int]) -> int:
        """Return the cell of a folded call; repetitions of one call share it.

        A call within a fork that repeats has a cell for each of the fork's repetitions.
        """
        key = (id(frame.call), id(frame.caller))
        last = self.last_frames.get(key)
        self.last_frames[key] = frame
        if last is None or (frame is not last and frame.number <= last.number):
            self.boxes[key] = len(self.cells)
            inputs = [self.places[source.name] for source in frame.inputs]
            runs = self.framed[self.call.key(node, self.drawing.folded)]
            cell = self._block_cell(frame, runs)
            self.cells.append(cell)
            self.feeds.append(inputs)
        place = self.boxes[key]
        fed = self.feeds[place]
        fed += [each for each in feeds if each != place and each not in fed]
        return place

    def _block_cell(self, frame: Frame, runs: dict[int, dict[int, Frame]]) -> Cell:
        """Return the cell of a folded call, given its repetitions in all calls."""
        count = len(frame.inputs)
        call = frame.call
        times = [max(each) + 1 for each in runs.values()]
        strides = strides_between(map(_ends, runs.values()))
        return Cell(
            title=f"{timed(call.place.text)} {strides}".strip(),
            times=max(times),
            least=min(times),
            paint=self._paint_of(frame),
            is_merge=count > 1,
            is_block=True,
            block=id(frame.block),
            calls=frozenset(runs),
            name=name_of(call, frame.number),
            step=call,
        )

    def _paint_of(self, frame: Frame) -> Paint:
        """Return the paint of a folded call: that of what multiplies most in it."""
        nodes = [
            node
            for node in self.call.layers
            if any(each is frame for each in self.call.frames_within(node))
        ]
        return paint_of_all(nodes)

    def _cell(self, node: OpNode) -> Cell:
        made = self.made[self.call.key(node)]
        nodes = [node, *[each for each in made.values() if each is not node]]
        graph, words = self.drawing.graph, extras if is_heavy(node) else _words
        cell = layer_cell(
            nodes,
            graph,
            _lights(made, words),
            frozenset(made),
            shows_padding=self.drawing.shows_padding,
        )
        return replace(
            cell,
            second=width_runs(nodes, self.call.frame, self.drawing.program),
            name=self.call.name_of(node),
            layers=tuple(made.items()),
        )


def _ends(runs: dict[int, Frame]) -> tuple[Node, Node]:
    """Return what the first repetition of a call takes, and what the last gives."""
    output = runs[max(runs)].output
    assert output is not None
    return runs[min(runs)].inputs[0], output


def _words(node: OpNode) -> list[str]:
    return [node.op.in_figures()]


def _lights(
    made: dict[int, OpNode], words_of: Callable[[OpNode], list[str]]
) -> tuple[Light, ...]:
    """Return what layers of one step are called, each word with its calls."""
    found: dict[str, list[int]] = {}
    for at, node in sorted(made.items()):
        for word in words_of(node):
            found.setdefault(word, []).append(at)
    lights = [Light(text, frozenset(calls)) for text, calls in found.items()]
    return tuple(_numbers_joined(lights))


def _numbers_joined(lights: Sequence[Light]) -> Iterator[Light]:
    """Yield lights; those of many numbers and one word are one: `6, 13, 26 groups`."""
    alike: dict[str, list[Light]] = {}
    for light in lights:
        alike.setdefault(_NUMBER.sub(_HOLE, light.text, count=1), []).append(light)
    for words, group in alike.items():
        if len(group) <= MOST_WORDS or _HOLE not in words:
            yield from group
        else:
            calls = frozenset[int]().union(*[light.calls for light in group])
            yield Light(words.replace(_HOLE, _numbers_of(group)), calls)


def _numbers_of(lights: Sequence[Light]) -> str:
    numbers = [found[0] for light in lights if (found := _NUMBER.search(light.text))]
    numbers.sort(key=lambda number: [int(each) for each in number.split("×")])
    if len(numbers) > MOST_NUMBERS:
        return f"{numbers[0]}–{numbers[-1]}"
    return ", ".join(numbers)
