"""Depth to space, which Keras lacks as a layer."""
# mypy: allow-untyped-calls, allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class DepthToSpace(layers.Layer):
    """Make a block of positions of the channels of each position: pixel shuffle.

    The channels of a block's first position come first, then those of its right
    neighbour, as in TensorFlow; PyTorch's PixelShuffle orders them otherwise.

    Reference: Shi et al., Real-time single image and video super-resolution using an
    efficient sub-pixel convolutional neural network (2016), section 2.2.
    """

    def __init__(self, block_size, **kwargs):
        super().__init__(**kwargs)
        self.block_size = block_size

    def call(self, inputs):
        """Enlarge images of shape (samples, height, width, channels)."""
        size = self.block_size
        _, height, width, channels = self.compute_output_shape(inputs.shape)
        blocks = (-1, height // size, width // size, size, size, channels)
        x = keras.ops.transpose(keras.ops.reshape(inputs, blocks), (0, 1, 3, 2, 4, 5))
        return keras.ops.reshape(x, (-1, height, width, channels))

    def compute_output_shape(self, input_shape):
        """Return the shape of the enlarged images."""
        samples, height, width, channels = input_shape
        size = self.block_size
        if channels % size**2:
            raise ValueError(f"{size}x{size} positions must divide {channels} channels")
        return samples, height * size, width * size, channels // size**2

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "block_size": self.block_size}
