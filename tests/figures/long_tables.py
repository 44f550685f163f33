"""Long tables: plain ones, and shipped networks without their repetitions."""

from collections.abc import Iterable, Iterator

from archcompiler.language.loading.places import shipped_folder


def plain_table(rows: int, *, skips: int = 0) -> str:
    """Return a spec of many rows, the last of which take those long before."""
    lines = ["name: long", "input: 32x32x8", "table:"]
    lines += ["  columns: [name, type, patch, filters, from]", "  rows:"]
    for at in range(rows):
        lines.append(f"  - [row {at}, Conv2D, 1x1, 8, ~]")
    for at in range(skips):
        last = f"join {at - 1}" if at else f"row {rows - 1}"
        lines.append(f"  - [join {at}, add, ~, ~, [{last}, row {at}]]")
    return "\n".join(lines)


def unrolled(spec: str, columns: str, rows: Iterable[str]) -> str:
    """Return a shipped spec with another table, which prints nothing to compare."""
    text = (shipped_folder() / f"{spec}.yaml").read_text()
    head = text.split("\ntable:\n")[0]
    table = [f"  columns: [{columns}]", "  rows:", *[f"  - {row}" for row in rows]]
    return "\n".join([head, "table:", *table, ""])


def densenet264() -> Iterator[str]:
    """Yield a row for each of the 130 dense layers, and what is between them."""
    yield 'Convolution: {type: "7x7 conv, stride 2"}'
    yield 'Pooling: {type: "3x3 max pool, stride 2"}'
    for block, layers in enumerate((6, 12, 64, 48), 1):
        if block > 1:
            yield f"Transition {block - 1}: {{type: 1x1 conv}}"
            yield f'Pool {block - 1}: {{type: "2x2 average pool, stride 2"}}'
        for layer in range(1, layers + 1):
            yield f'Dense {block}.{layer}: {{type: "[1x1 conv; 3x3 conv] x 1"}}'
    yield "Classification Pool: {type: 7x7 global average pool}"
    yield 'Classification Layer: {type: "<classes>D fully-connected, softmax"}'


def nasnet(cells: int) -> Iterator[str]:
    """Yield the cells of NASNet one by one, each of which takes the two before it."""
    yield '[stem, "3x3 conv, stride 2", ~, 32, ~]'
    yield "[stem 1, reduction cell, [stem, stem], 11, false]"
    yield "[stem 2, reduction cell, [-1, -2], 22, ~]"
    for stage, filters in enumerate((44, 88, 176), 1):
        if stage > 1:
            yield f"[reduction {stage - 1}, reduction cell, [-1, -2], {filters}, ~]"
        for cell in range(1, cells + 1):
            yield f"[normal {stage}.{cell}, normal cell, [-1, -2], {filters}, ~]"
    yield "softmax classifier"


def efficientnet_b7() -> Iterator[str]:
    """Yield the 55 blocks of the largest EfficientNet."""
    stages = ((1, 3, 16, 4, 1), (6, 3, 24, 7, 2), (6, 5, 40, 7, 2), (6, 3, 80, 10, 2))
    stages += ((6, 5, 112, 10, 1), (6, 5, 192, 13, 2), (6, 3, 320, 4, 1))
    yield "{name: 0, type: preprocessing}"
    yield "[1, Conv3x3, 32, 1, 2]"
    for number, (expansion, kernel, channels, layers, stride) in enumerate(stages, 2):
        for layer in range(1, layers + 1):
            kind = f"MBConv{expansion}, k{kernel}x{kernel}"
            strides = stride if layer == 1 else 1
            yield f'[{number}.{layer}, "{kind}", {channels}, 1, {strides}]'
    yield "[9, Conv1x1 & Pooling & FC, 1280, 1, ~]"


def inception_v4(times: int) -> Iterator[str]:
    """Yield Inception-v4 with each of its modules so many times as often."""
    yield "[stem, Stem]"
    for stage, modules in (("A", 4), ("B", 7), ("C", 3)):
        for number in range(1, times * modules + 1):
            yield f"[inception {stage} {number}, 1 x Inception-{stage}]"
        if stage != "C":
            yield f"[reduction {stage}, Reduction-{stage}]"
    yield "[avg pool, Average Pooling]"
    yield "[dropout, Dropout (keep 0.8)]"
    yield "softmax: {type: Dense, units: <classes>, activation: softmax}"


def mobilenet(middle: int) -> Iterator[str]:
    """Yield MobileNet v1 with so many pairs of layers of 512 channels, not 5."""
    layers = [(1, 32, 64), (2, 64, 128), (1, 128, 128), (2, 128, 256), (1, 256, 256)]
    layers += [
        (2, 256, 512),
        *[(1, 512, 512)] * middle,
        (2, 512, 1024),
        (1, 1024, 1024),
    ]
    yield "[conv1, Conv / s2, 3x3x3x32]"
    for number, (stride, before, after) in enumerate(layers, 1):
        yield f"[dw{number}, Conv dw / s{stride}, ~]"
        yield f"[pw{number}, Conv / s1, 1x1x{before}x{after}]"
    yield "[pool, Avg Pool / s1, ~]"
    yield "[fc, FC / s1, 1024x<classes>]"
    yield "[softmax, Softmax / s1, ~]"


LONG = {
    "densenet264": unrolled("densenet", "name, type", densenet264()).replace(
        "model: DenseNet-121, ", ""
    ),
    "nasnet": unrolled(
        "nasnet-mobile", "name, type, from, filters, adjusted", nasnet(18)
    ),
    "efficientnet-b7": unrolled(
        "efficientnet", "name, type, channels, layers, stride", efficientnet_b7()
    ),
    "mobilenet": unrolled("mobilenet-v1", "name, type, filter shape", mobilenet(20)),
    "inception-v4": unrolled("inception-v4", "name, type", inception_v4(3)),
}
