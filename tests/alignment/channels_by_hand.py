"""A dual path and spatial attention, as a table and as one writes them with Keras."""

from typing import Any

TABLE = """\
name: channels
input: 16x16x3
blocks:
  dual path:
    columns: [c, k]
    sequence:
    - Conv2D: {name: wide, patch: 1x1, filters: <c + k>}
    - ChannelSlice: {name: residual, stop: <c>}
    - ChannelSlice: {name: dense, from: wide, start: <c>}
    - Conv2D: {name: conv, from: wide, patch: 3x3, filters: <c + k>, padding: same}
    - ChannelSlice: {name: new residual, stop: <c>}
    - ChannelSlice: {name: new dense, from: conv, start: <c>}
    - add: {name: sum, from: [residual, new residual]}
    - concatenate: {from: [sum, dense, new dense]}
  spatial attention:
    branches:
    - []
    - - branches: [[ChannelMaxPooling], [ChannelAveragePooling]]
        merge: concatenate
      - Conv2D: {name: map, patch: 7x7, filters: 1, padding: same, activation: sigmoid}
    merge: multiply
table:
  columns: [name, type, c, k]
  rows:
  - [path, dual path, 8, 2]
  - [attention, spatial attention]
  - [pool, GlobalAveragePooling2D]
  - {name: fc, type: Dense, units: 5}
"""


def by_hand(keras: Any, *, at: int = 8, kernel: int = 7, mean: bool = True) -> Any:
    """Build the table's network with operations of Keras alone, or another one."""
    layers, ops = keras.layers, keras.ops
    inputs = keras.Input((16, 16, 3))
    wide = layers.Conv2D(10, 1)(inputs)
    residual, dense = ops.split(wide, [at], axis=-1)
    x = layers.Conv2D(10, 3, padding="same")(wide)
    x = ops.concatenate([residual + x[..., :at], dense, x[..., at:]], axis=-1)
    pool = ops.mean if mean else ops.min
    pooled = [each(x, axis=-1, keepdims=True) for each in (ops.max, pool)]
    map_ = layers.Conv2D(1, kernel, padding="same")(layers.Concatenate()(pooled))
    x = layers.GlobalAveragePooling2D()(x * ops.sigmoid(map_))
    return keras.Model(inputs, layers.Dense(5)(x))
