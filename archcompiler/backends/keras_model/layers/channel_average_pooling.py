"""Channel average pooling, which Keras lacks as a layer."""
# mypy: allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class ChannelAveragePooling(layers.Layer):
    """Take the mean of the channels at every position, as one channel.

    Reference: Woo et al., CBAM: convolutional block attention module (2018), section 3,
    spatial attention module.
    """

    def call(self, inputs):
        """Pool inputs of shape (samples, height, width, channels)."""
        return keras.ops.mean(inputs, axis=-1, keepdims=True)

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives, with one channel."""
        return (*input_shape[:-1], 1)
