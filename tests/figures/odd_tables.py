"""Tables that no paper prints: each strains one part of the layout."""

import json
from collections.abc import Iterable, Sequence

CONV = "Conv2D: {patch: 3x3, filters: 8, padding: same}"
SMALL = "Conv2D: {patch: 1x1, filters: 8, padding: same}"
WIDE = "Conv2D: {patch: 1x1, filters: <in.channels>, padding: same}"
LONG = "a block whose name says far more than anybody who draws it has room for, at 80"
BLOCKS = f"""\
blocks:
  conv:
    columns: [filters: 8]
    sequence: [Conv2D: {{patch: 3x3, filters: <filters>, padding: same}}, relu]
  {LONG}:
    sequence: [{CONV}, {SMALL}]
  pair:
    sequence: [{CONV}, BatchNormalization, {SMALL}, relu]
"""


def table(rows: Iterable[str], blocks: str = BLOCKS, size: str = "16x16x8") -> str:
    """Return a spec with these rows."""
    return "\n".join(
        [
            "name: odd",
            f"input: {size}",
            blocks + "table:",
            "  columns: [type, filters, from]",
            "  rows:",
            *[f"  - {row}" for row in rows],
            "",
        ]
    )


def block(body: str, more: str = "", call: str = "odd") -> str:
    """Return a spec of one row that calls a block with this body."""
    blocks = f"blocks:\n  odd:\n{body}\n{more}"
    return table([f"row: [{call}]"], blocks)


def named(name: str) -> str:
    """Return a text that YAML reads as a name."""
    return json.dumps(name, ensure_ascii=False)


def merging(operands: Sequence[str], merge: str) -> str:
    """Return a block whose branches are these texts."""
    body = "    branches:\n" + "\n".join([f"    - {each}" for each in operands])
    return block(f"{body}\n    merge: {merge}")


def nested(depth: int) -> str:
    """Return blocks that call one another, with a fork in each."""
    blocks = f"blocks:\n  level0:\n    sequence: [{CONV}, relu, {SMALL}]\n"
    for at in range(1, depth):
        inner = f"level{at - 1}"
        blocks += f"  level{at}:\n    branches: [[{inner}, {inner}], [{CONV}], []]\n"
        blocks += "    merge: concatenate\n"
    return table([f"row: [level{depth - 1}]", f"again: [level{depth - 1}]"], blocks)


def forks(depth: int) -> str:
    """Return a fork in a fork in a fork, each with an empty branch."""
    body = f"[{CONV}]"
    for _ in range(depth):
        body = f"[{{branches: [{body}, []], merge: concatenate}}, {SMALL}]"
    return block(f"    sequence: {body}")


def tangle(taken: int) -> str:
    """Return a block in which every step takes all steps before it."""
    steps = [f"    - {CONV[:-1]}, name: s0}}"]
    for at in range(1, taken):
        names = ", ".join([f"s{each}" for each in range(at)])
        steps.append(f"    - concatenate: {{name: c{at}, from: [{names}, in]}}")
        steps.append(f"    - {CONV[:-1]}, name: s{at}}}")
    return block("    sequence:\n" + "\n".join(steps))


def dense_rows(count: int) -> str:
    """Return rows that each take all rows before them."""
    rows = ["r0: [conv]"]
    for at in range(1, count):
        names = ", ".join(["input", *[f"r{each}" for each in range(at)]])
        rows.append(f"{{name: c{at}, type: concatenate, from: [{names}]}}")
        rows.append(f"r{at}: [conv]")
    return table(rows)


def optional(place: int) -> str:
    """Return a block of which one step is made only in the first of its calls."""
    steps = [CONV, "BatchNormalization: {}", SMALL, "relu: {}"]
    key, _, rest = steps[place].partition(": {")
    rest = f"when: <last>{', ' if rest != '}' else ''}{rest}"
    steps[place] = f"{key}: {{{rest}"
    body = f"    sequence: [{', '.join(steps)}]"
    return table(
        ["{name: row, type: odd, repeat: 3}", "[odd]"],
        f"blocks:\n  odd:\n{body}\n",
    ).replace(
        "columns: [type, filters, from]", "columns: [type, filters, from, repeat]"
    )


def two_inputs(body: str, more: str = "") -> str:
    """Return a block of two inputs that two rows feed."""
    blocks = f"{BLOCKS}  odd:\n    inputs: [x, side]\n{body}\n{more}"
    return table(["a: [conv]", "b: [conv]", "row: [odd, ~, [b, a]]"], blocks)


ROWS = {
    "one row": table(["row: [conv]"]),
    "one op": table(["[relu]"]),
    "no convolution": table(["[MaxPooling2D]", "[BatchNormalization]", "[relu]"]),
    "vectors": table(["[Flatten]", "a: [Dense, ~]", "[relu]"], BLOCKS, "2x2x3").replace(
        "a: [Dense, ~]", "{name: a, type: Dense, units: 10}"
    ),
    "vector input": table(
        ["{name: a, type: Dense, units: 10}", "[relu]", "[softmax]"], BLOCKS, "7"
    ),
    "sixty rows": table([f"row {at}: [conv, {8 + at % 5}]" for at in range(60)]),
    "ninety rows with skips": table(
        [
            f"r{at}: [conv]"
            if at % 7
            else f"{{name: r{at}, type: add, from: [r{at - 1}, r{max(1, at - 43)}]}}"
            for at in range(1, 91)
        ]
    ),
    "long names": table(
        [
            f"{named(f'the {at}th row, called by a name that fills a line')}: [conv]"
            for at in range(4)
        ]
    ),
    "long names side by side": table(
        [f"{chr(119) * 60}{at}: [conv]" for at in range(6)]
    ),
    "one long word": table([f"{'conv_' * 24}: [conv]", "b: [conv]"]),
    "long type": table([f"row: [{named(LONG)}]", "b: [conv]"]),
    "million channels": table(
        ["a: [conv, 1000000]", "{name: b, type: Conv2D, patch: 1x1, filters: 3}"],
        size="1x1x1",
    ),
    "large image": table(
        ["a: [conv, 3]", "[GlobalAveragePooling2D]"], size="4096x4096x3"
    ),
    "flat image": table(["a: [conv, 3]", "b: [conv, 3]"], size="1x640x3"),
    "dense rows": dense_rows(7),
    "rows that cross": table(
        [
            *[f"{name}: [conv]" for name in "abcdef"],
            "{name: u, type: add, from: [a, d]}",
            "{name: v, type: add, from: [b, e, u]}",
            "{name: w, type: add, from: [c, f, v]}",
        ]
    ),
    "unicode": table(
        [
            f"{named('卷积层 1')}: [conv]",
            f"{named('Свёртка №3')}: [conv]",
            f"{named('عنوان الطبقة 4')}: [conv]",
            f"{named('שכבה 12')}: [conv]",
            f"{named('😀😀😀 5')}: [conv]",
            f"{named('Ünïcödé ﬁ ½')}: [conv]",
        ]
    ),
    "names that collide": table(
        [f"{named(name)}: [conv]" for name in ("a-b", "a b 2", "row", "row row", "b")]
    ),
    "names for markup": table(
        [
            f"{named(name)}: [conv]"
            for name in ("b > a", "a & b", '"q"', "--x", "]]>1", "it's")
        ]
    ),
    "repeated beside skips": table(
        [
            "a: [conv, 2]",
            "{name: b, type: conv, filters: 2, repeat: 12}",
            "{name: c, type: conv, filters: 2, repeat: 7}",
            "{name: d, type: add, from: [b, a]}",
            "{name: e, type: concatenate, from: [d, c, b]}",
        ],
        size="2x2x1",
    ).replace("from]", "from, repeat]"),
    "repeated": table(
        ["{name: a, type: conv, repeat: 1000}", "{name: b, type: pair, repeat: 2}"]
    ).replace("from]", "from, repeat]"),
}

INSIDE = {
    "three deep": nested(3),
    "five deep": nested(5),
    "forks in forks": forks(4),
    "only a fork": merging(["[]", "[]"], "add"),
    "identities alone": merging(["[]", "[]", "[]"], "concatenate"),
    "add of three, two identities": merging(["[]", f"[{CONV}]", "[]"], "add"),
    "multiply of three": merging([f"[{CONV}]", f"[{CONV}]", "[]"], "multiply"),
    "one inner call": block(
        "    sequence: [inner]", f"  inner:\n    sequence: [{CONV}, {SMALL}]\n"
    ),
    "one inner call of one": block(
        "    sequence: [inner]", f"  inner:\n    sequence: [{CONV}]\n"
    ),
    "taken seven times": tangle(7),
    "taken thirty times": tangle(30),
    "shortcuts twenty deep": block(
        "    sequence:\n"
        + "\n".join([f"    - {CONV[:-1]}, name: s{at}}}" for at in range(20)])
        + "\n"
        + "\n".join([f"    - add: {{from: [-1, s{19 - at}]}}" for at in range(1, 20)])
    ),
    "an input taken twenty times": block(
        "    sequence:\n"
        + "\n".join([f"    - {CONV}\n    - add: {{from: [-1, in]}}"] * 20)
    ),
    "a fork that repeats what it folds": block(
        "    sequence:\n"
        f"    - {{branches: [[inner], [inner, {SMALL}]], merge: concatenate,"
        " repeat: 3}\n"
        "    - inner: {repeat: 3}",
        f"  inner:\n    sequence: [{CONV}, {SMALL}]\n",
    ),
    "one value twice": two_inputs(
        f"    sequence: [{CONV[:-1]}, name: y}}, add: {{from: [y, y]}}, {CONV[:-1]},"
        " name: z}, concatenate: {from: [z, side, y, z, x, x]}]"
    ),
    "two inputs": two_inputs("    sequence: [concatenate: {from: [x, side]}]"),
    "two inputs and a fork": two_inputs(
        f"    sequence:\n    - {{branches: [[{CONV}], []], merge: add}}\n"
        f"    - {CONV}\n    - add: {{from: [-1, side]}}\n    - {SMALL}\n"
        "    - concatenate: {from: [-1, side, x]}"
    ),
    "unused input": two_inputs(
        f"    sequence: [{CONV}, add: {{when: <in.channels > 99>, from: [-1, side]}},"
        f" {SMALL}]"
    ),
    "many light": block(
        f"    sequence: [{CONV}, BatchNormalization, relu, Dropout: {{rate: 0.1}},"
        " LayerScale, relu, BatchNormalization, Dropout: {rate: 0.2}, relu]"
    ),
    "light alone": block("    sequence: [BatchNormalization, relu]"),
    "light branches": merging(["[relu]", "[BatchNormalization]", f"[{CONV}]"], "add"),
    "repeated steps": block(
        "    sequence:\n"
        f"    - {{branches: [[{CONV[:-1]}, repeat: 3}}], [{SMALL}]],"
        f" merge: concatenate, repeat: 4}}\n"
        f"    - {CONV[:-1]}, repeat: 12}}\n    - {WIDE}"
    ),
    "a loop in a loop": block(
        "    sequence: [inner: {repeat: 3}]",
        f"  inner:\n    sequence: [{CONV[:-1]}, repeat: 2}}, leaf: {{repeat: 2}}]\n"
        f"  leaf:\n    sequence: [{CONV}, {SMALL}, relu]\n",
    ),
    "a hundred cells": block(
        "    sequence:\n" + "\n".join([f"    - {CONV}\n    - {SMALL}"] * 50)
    ),
    **{f"optional step {at}": optional(at) for at in range(4)},
    **{
        f"{merge} of {count}, identity at {at}": merging(
            [f"[{CONV}]"] * at + ["[]"] + [f"[{CONV}, {SMALL}]"] * (count - at - 1),
            merge,
        )
        for merge in ("add", "concatenate")
        for count in range(2, 9)
        for at in sorted({0, count // 2, count - 1})
    },
}

WHOLE = {
    "two networks": f"""\
name: odd
inputs: {{left: 16x16x3, a second input with a long name: 8x8x1}}
{BLOCKS}table:
  columns: [type, filters, from]
  rows:
  - a: [conv, 8, left]
  - p: [MaxPooling2D]
  - b: [conv, 8, a second input with a long name]
  - c: {{type: add, from: [p, b]}}
  - d: [conv]
outputs: [d, b, p]
""",
    "errata": f"""\
name: odd
input: 16x16x8
{BLOCKS}table:
  columns: [type, filters, params, ops, output size]
  rows:
  - a: [conv, 8, "9,999,999,999", 1.00K, 16x16]
  - b: [conv, 8, 576, 77K, 12x12]
claims: {{params: {{counts: weights}}, ops: {{counts: multiply-adds}}}}
errata:
  a: {{params: a misprint, ops: a misprint}}
  b: {{ops: a misprint, output size: a misprint}}
""",
}

ODD = {**ROWS, **INSIDE, **WHOLE}
