"""Channel split, which Keras lacks as a layer."""
# mypy: allow-untyped-calls, allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class ChannelSplit(layers.Layer):
    """Keep one of `parts` equal parts of the channels; `part` counts from 0.

    Reference: Ma et al., ShuffleNet V2: practical guidelines for efficient CNN
    architecture design (2018), figure 3(c).
    """

    def __init__(self, parts, part, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= part < parts:
            raise ValueError(f"`part` (={part}) must be from 0 to {parts - 1}")
        self.parts = parts
        self.part = part

    def call(self, inputs):
        """Cut inputs of shape (..., channels)."""
        size = self.compute_output_shape(inputs.shape)[-1]
        return inputs[..., self.part * size : (self.part + 1) * size]

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives, with the channels of a part."""
        *others, channels = input_shape
        if channels % self.parts:
            raise ValueError(f"`parts` (={self.parts}) must divide {channels} channels")
        return (*others, channels // self.parts)

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "parts": self.parts, "part": self.part}
