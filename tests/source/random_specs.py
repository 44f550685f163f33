"""Random specs of all that the language has: blocks in blocks, forks, loops, holes.

Most are valid; one that is not is refused when it is loaded. Layers keep height and
width, so that any two values can be concatenated.
"""

from collections.abc import Mapping
from random import Random

Kinds = Mapping[str, str]
"""What each name is: a kind of column, or `tensor`."""

PARAMETERS = {
    "p": "int",
    "w": "int",
    "flag": "bool",
    "mode": "act",
    "share": "real",
    "start": "fill",
}
KINDS = ["int", "int", "bool", "patch", "size", "span", "stride", "fill", "act", "real"]
REALS = ["0.5", "0.57", "1.5", "2", "0.1"]
PATCHES = ["1x1", "3x3", "3x1", "1x3", "3x3/1", "1x1/1"]
SIZES = ["1x1", "3x3", "3x1", "1x3"]
FILLS = ["zeros", "ones", "0.5"]
ACTIVATIONS = ["relu", "tanh"]


REAL_FIELDS = {
    "BatchNormalization": ["momentum", "epsilon"],
    "LayerScale": ["initial_value"],
    "LeakyReLU": ["negative_slope"],
    "LocalResponseNormalization": ["alpha", "k"],
    "Rescaling": ["scale", "offset"],
    "StochasticDepth": ["rate"],
}
"""Layers that keep the shape, and the fields to give them."""


class RandomSpec:
    """Writes one spec; equal seeds write equal specs."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.blocks: list[tuple[dict[str, tuple[str, str | None]], bool]] = []
        """Columns of each block, with kind and default, and if it has two inputs."""

        self.steps = 0

    def text(self) -> str:
        """Return the spec."""
        numbers = f"p: {self.random.randint(1, 4)}, w: {self.random.randint(1, 3)}"
        flag = self._some("true", "false")
        lines = ["name: random", "input: 8x8x<w + 2>"]
        others = f"share: {self._some(*REALS)}, start: {self._some('zeros', '0.5')}"
        lines += [f"parameters: {{{numbers}, flag: {flag}, mode: relu, {others}}}"]
        lines += ["blocks:"]
        for at in range(self.random.randint(1, 4)):
            lines += self._block(at)
        lines += ["table:", "  columns: [name, type]", "  rows:"]
        return "\n".join([*lines, *self._rows(), ""])

    def _some(self, *values: str) -> str:
        """Return one of several texts."""
        return self.random.choice(values)

    def _often(self, share: float) -> bool:
        """Return true in a share of cases."""
        return self.random.random() < share

    # Values -----------------------------------------------------------------

    def _number(self, names: Kinds) -> str:
        """Return an expression of a positive whole number."""
        operands = [str(self.random.randint(1, 5)), *names_of("int", names)]
        operands += [f"{name}.channels" for name in names_of("tensor", names)]
        texts = [*names_of("patch", names), *names_of("size", names)]
        operands += [f"{name}.{self._some('height', 'width')}" for name in texts]
        a, b = self._some(*operands), self._some(*operands)
        forms = [a, a, f"{a} + {b}", f"{a} * {b} % 7 + 1", f"max({a}; {b})"]
        forms += [f"{a} // 2 + 1", f"round({a} / 2) + 1", f"make_divisible({a}; 2)"]
        if self._often(0.3):
            real = self._real(names)
            forms = [f"floor({real} * {a}) + 1", f"ceil({real} * {a} + 1)"]
            forms += [f"round({a} * {real}) + 1", f"make_divisible({real} * {a}; 2)"]
            forms += [f"100 * {real}", f"{a} * 2 * {real}", f"{real} * {a} // 1 + 1"]
        return self._some(*forms, f"{a} if {self._truth(names)} else {b}")

    def _real(self, names: Kinds) -> str:
        """Return an expression of a positive number."""
        held = names_of("real", names)
        operands = [*held, *held, self._some(*REALS)]
        a, b = self._some(*operands), self._some(*operands)
        number = self._some(str(self.random.randint(1, 9)), *names_of("int", names))
        return self._some(
            a, a, f"({a} + {b})", f"({number} / 7)", f"max({a}; {number})", f"{a} * {b}"
        )

    def _share(self, names: Kinds) -> str:
        """Return an expression of a number from 0 to 0.9, or of any."""
        real = self._real(names)
        return self._some(f"min(0.9; {real})", f"1 / ({real} + 1)", real)

    def _truth(self, names: Kinds) -> str:
        """Return an expression that is true or false."""
        a, b = self._simple_truth(names), self._simple_truth(names)
        return self._some(
            a, a, f"{a} and {b}", f"{a} or {b}", f"not {a}", f"({a}) == ({b})"
        )

    def _simple_truth(self, names: Kinds) -> str:
        number = self._some("2", *names_of("int", names))
        sign = self._some(">", "==", "<")
        compared = f"{number} {sign} {self.random.randint(1, 4)}"
        reals = [
            f"{name} {sign} {self._some('0.5', '0.57', f'{number} / 3')}"
            for name in names_of("real", names)
        ]
        texts = [f"{name} == 'tanh'" for name in names_of("act", names)]
        return self._some(compared, *names_of("bool", names), *reals, *texts)

    def _patch(self, names: Kinds) -> str:
        columns = [f"<{name}>" for name in names_of("patch", names)]
        turned = [f"<{n}.width>x<{n}.height>" for n in names_of("patch", names)]
        numbers = names_of("int", names)
        pasted = [
            f"<{self._some(*numbers)}>x<{self._some(*numbers)}>",
            f"<{numbers[0]}>x3/1",
        ]
        sizes = [self._size(names) for _ in range(4)]
        halves = [sizes[0], *[f"{s}/{self._stride(names)}" for s in sizes[1:]]]
        return self._some(*PATCHES, *columns, *columns, *turned, *pasted, *halves)

    def _size(self, names: Kinds) -> str:
        """Return a size, which is a window wherever a patch begins."""
        held = names_of("size", names)
        chosen = [f"<{n} if {self._truth(names)} else '1x1'>" for n in held]
        return self._some("3x3", *SIZES, *[f"<{name}>" for name in held * 2], *chosen)

    def _stride(self, names: Kinds) -> str:
        """Return a stride, which may be a text: of 1, as any two values are joined."""
        held = [f"<{name}>" for name in names_of("stride", names)]
        return self._some("1", "1x1", *held, *held)

    def _span(self, names: Kinds) -> str:
        """Return what a field of height and width takes: a size or a number."""
        held = [f"<{name}>" for name in names_of("span", names)]
        numbers = [f"<{name}>" for name in names_of("int", names)]
        return self._some("1", "2", "3", *numbers, *held, *held, self._size(names))

    def _value(self, kind: str, names: Kinds) -> str:
        """Return what a column of a kind may hold."""
        held = [f"<{name}>" for name in names_of(kind, names)]
        match kind:
            case "int":
                return self._some(
                    str(self.random.randint(1, 6)), f"<{self._number(names)}>"
                )
            case "bool":
                return self._some("true", "false", f"<{self._truth(names)}>")
            case "patch":
                return self._patch(names)
            case "size":
                return self._size(names)
            case "span":
                return self._span(names)
            case "stride":
                return self._stride(names)
            case "real":
                number = f"<{self._real(names)}>"
                return self._some(*REALS, number, *held, *held)
            case "fill":
                return self._some(*FILLS, *held)
        return self._some(*ACTIVATIONS, *held)

    # Blocks -----------------------------------------------------------------

    def _block(self, at: int) -> list[str]:
        names: dict[str, str] = {
            **PARAMETERS,
            "first": "bool",
            "last": "bool",
            "in": "tensor",
        }
        columns: dict[str, tuple[str, str | None]] = {}
        two = self._often(0.25)
        for number in range(self.random.randint(0, 4)):
            kind = self._some(*KINDS)
            default = self._value(kind, names) if self._often(0.5) else None
            columns[f"{kind}{number}"] = kind, default
            names[f"{kind}{number}"] = kind
        lines = [f"  b{at}:"]
        if two:
            names["side"] = "tensor"
            lines.append("    inputs: [x, side]")
        if columns:
            heads = [
                c if d is None else f"{c}: {quote(d)}" for c, (_, d) in columns.items()
            ]
            lines.append(f"    columns: [{', '.join(heads)}]")
        self.blocks.append((columns, two))
        body = [self._step(at, names, 0) for _ in range(self.random.randint(1, 5))]
        if two:
            body.append("concatenate: {from: [-1, side]}")
        return [*lines, "    sequence:", *(f"    - {{{step}}}" for step in body)]

    def _step(self, block: int, names: dict[str, str], depth: int) -> str:
        """Return a step of a block, which may call the blocks before it."""
        words = []
        if self._often(0.3):
            words.append(f"when: {quote(f'<{self._truth(names)}>')}")
        if self._often(0.25):
            plain = {name: kind for name, kind in names.items() if kind == "int"}
            words.append(
                f"repeat: {quote(self._some('1', '2', f'<{self._number(plain)}>'))}"
            )
        named = self._often(0.35)
        name = f"step {self.steps}"
        if named:
            self.steps += 1
            words.append(f"name: {name}")
        step = self._call(block, names, depth, words)
        if named:
            names[name] = "tensor"
        return step

    def _call(
        self, block: int, names: dict[str, str], depth: int, words: list[str]
    ) -> str:
        kind = self._some("layer", "layer", "layer", "block", "block", "fork", "join")
        if kind == "layer":
            return self._layer(names, words)
        if kind == "block" and block > 0:
            return self._block_call(self.random.randrange(block), names, words)
        if kind == "fork" and depth < 2:
            return self._fork(block, names, depth, words)
        tensors = names_of("tensor", names)
        sources = f"from: [-1, {self._some('-2', *tensors, *tensors)}]"
        return f"concatenate: {{{', '.join([sources, *words])}}}"

    def _layer(self, names: Kinds, words: list[str]) -> str:
        kind = self._some(
            *["Conv2D"] * 5, "MaxPooling2D", "relu", *["Dropout"] * 2, *REAL_FIELDS
        )
        if kind == "relu":
            return f"relu: {{{', '.join(words)}}}"
        if kind == "Dropout":
            rate = quote(f"<1 / ({self._number(names)} + 1)>")
            return f"Dropout: {{{', '.join([f'rate: {rate}', *words])}}}"
        if kind in REAL_FIELDS:
            given = [
                f"{field}: {quote(f'<{self._share(names)}>')}"
                for field in REAL_FIELDS[kind]
            ]
            return f"{kind}: {{{', '.join([*given, *words])}}}"
        given = [f"patch: {quote(self._patch(names))}", "padding: same"]
        if kind == "Conv2D" and self._often(0.3):
            given[0] = f"kernel_size: {quote(self._span(names))}"
        if kind == "Conv2D":
            given += [f"filters: {quote(f'<{self._number(names)}>')}"]
            given += [f"bias_initializer: {self._value('fill', names)}"]
            given += [f"activation: {self._value('act', names)}"]
            given += [f"use_bias: {quote(f'<{self._truth(names)}>')}"]
        return f"{kind}: {{{', '.join([*given, *words])}}}"

    def _block_call(self, block: int, names: Kinds, words: list[str]) -> str:
        columns, two = self.blocks[block]
        given = [
            f"{column}: {quote(self._value(kind, names))}"
            for column, (kind, default) in columns.items()
            if default is None or self._often(0.5)
        ]
        if two:
            given.append(f"from: [-1, {self._some('-1', *names_of('tensor', names))}]")
        return f"b{block}: {{{', '.join([*given, *words])}}}"

    def _fork(
        self, block: int, names: dict[str, str], depth: int, words: list[str]
    ) -> str:
        branches = [self._branch(block, names, depth) for _ in range(2)]
        if self._often(0.3):
            plain = {n: kind for n, kind in names.items() if kind != "tensor"}
            when = quote(f"<{self._truth(plain)}>")
            steps = self._branch(block, {**names}, depth)
            at = self.random.randrange(3)
            branches.insert(at, f"{{when: {when}, sequence: {steps}}}")
        given = [f"branches: [{', '.join(branches)}]", "merge: concatenate"]
        if self._often(0.3):
            given.append(f"then: [{{{self._step(block, names, depth + 1)}}}]")
        return ", ".join([*given, *words])

    def _branch(self, block: int, names: dict[str, str], depth: int) -> str:
        length = self.random.randint(0, 2)
        steps = [f"{{{self._step(block, names, depth + 1)}}}" for _ in range(length)]
        return f"[{', '.join(steps)}]"

    # Rows -------------------------------------------------------------------

    def _rows(self) -> list[str]:
        names = dict(PARAMETERS)
        rows = []
        for number in range(self.random.randint(2, 5)):
            words = [f"name: row {number}"]
            if self._often(0.3):
                words.append(f"repeat: {self._some('1', '2', '3', '<p>')}")
            if self._often(0.2):
                plain = {n: kind for n, kind in names.items() if kind != "tensor"}
                words.append(f"when: {quote(f'<{self._truth(plain)}>')}")
            block = self.random.randrange(len(self.blocks))
            call = self._block_call(block, {**names, "in": "tensor"}, words)
            kind, _, arguments = call.partition(": {")
            arguments = arguments.replace(", in]", ", -1]")
            rows.append(f"  - {{type: {kind}, {arguments}")
            names[f"row {number}"] = "tensor"
        reading = "patch: <p>x<w>, padding: same, filters: 4, use_bias: <flag>"
        reading += ", kernel_initializer: <start>"
        return [
            *rows,
            f"  - {{name: end, type: Conv2D, {reading}, activation: <mode>}}",
            f"  - {{name: tail, {self._tail()}}}",
        ]

    def _tail(self) -> str:
        """Return a last row, whose output may have any size."""
        number = quote(f"<{self._number(PARAMETERS)}>")
        forms = [
            f"type: ZeroPadding2D, padding: {number}",
            f"type: Cropping2D, cropping: {number}",
            f"type: UpSampling2D, size: {number}",
            f"type: Resizing, height: {number}, width: <w>",
            f"type: MaxPooling2D, patch: <w>x<p>/{number}",
            f"type: Conv2D, patch: 1x1, filters: {number}, strides: {number}",
            "type: LocalResponseNormalization, size: <2 * p + 1>",
            "type: Softmax, axis: <p>",
            f"type: relu, when: {quote(f'<{self._truth(PARAMETERS)}>')}",
        ]
        return self._some(*forms, "type: Dropout, rate: <share>")


def names_of(kind: str, names: Kinds) -> list[str]:
    """Return the names of one kind."""
    return [name for name, other in names.items() if other == kind]


def quote(text: str) -> str:
    """Quote a text that YAML would take apart."""
    return f'"{text}"' if any(sign in text for sign in "<>,:;'") else text
