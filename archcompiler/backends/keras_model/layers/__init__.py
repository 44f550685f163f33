"""The layers that Keras lacks, one a file; emitted source quotes the classes whole."""

from archcompiler.backends.keras_model.layers.channel_average_pooling import (
    ChannelAveragePooling,
)
from archcompiler.backends.keras_model.layers.channel_max_pooling import (
    ChannelMaxPooling,
)
from archcompiler.backends.keras_model.layers.channel_padding import ChannelPadding
from archcompiler.backends.keras_model.layers.channel_shuffle import ChannelShuffle
from archcompiler.backends.keras_model.layers.channel_slice import ChannelSlice
from archcompiler.backends.keras_model.layers.channel_split import ChannelSplit
from archcompiler.backends.keras_model.layers.depth_to_space import DepthToSpace
from archcompiler.backends.keras_model.layers.layer_scale import LayerScale
from archcompiler.backends.keras_model.layers.local_response_normalization import (
    LocalResponseNormalization,
)
from archcompiler.backends.keras_model.layers.scale import Scale
from archcompiler.backends.keras_model.layers.space_to_depth import SpaceToDepth
from archcompiler.backends.keras_model.layers.stochastic_depth import StochasticDepth

__all__ = [
    "ChannelAveragePooling",
    "ChannelMaxPooling",
    "ChannelPadding",
    "ChannelShuffle",
    "ChannelSlice",
    "ChannelSplit",
    "DepthToSpace",
    "LayerScale",
    "LocalResponseNormalization",
    "Scale",
    "SpaceToDepth",
    "StochasticDepth",
]
