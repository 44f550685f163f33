"""Channel shuffle, which Keras lacks."""
# mypy: allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class ChannelShuffle(layers.Layer):
    """Order channels so that they take one of each group in turn.

    Reference: Zhang et al., ShuffleNet: an extremely efficient convolutional neural
    network for mobile devices (2017), figure 1(c).
    """

    def __init__(self, groups, **kwargs):
        super().__init__(**kwargs)
        self.groups = groups

    def build(self, input_shape):
        """Refuse channels that the groups do not divide."""
        if input_shape[-1] % self.groups:
            raise ValueError(
                f"`groups` (={self.groups}) must divide {input_shape[-1]} channels"
            )

    def call(self, inputs):
        """Shuffle inputs of shape (samples, ..., channels)."""
        *others, channels = inputs.shape[1:]
        grouped = (-1, *others, self.groups, channels // self.groups)
        turned = keras.ops.swapaxes(keras.ops.reshape(inputs, grouped), -1, -2)
        return keras.ops.reshape(turned, (-1, *others, channels))

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives."""
        return input_shape

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "groups": self.groups}
