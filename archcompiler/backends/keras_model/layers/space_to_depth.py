"""Space to depth, which Keras lacks as a layer."""
# mypy: allow-untyped-calls, allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class SpaceToDepth(layers.Layer):
    """Lay the positions of each block out as channels, row by row.

    The channels of a block's first position come first, as in TensorFlow.
    """

    def __init__(self, block_size, **kwargs):
        super().__init__(**kwargs)
        self.block_size = block_size

    def call(self, inputs):
        """Shrink images of shape (samples, height, width, channels)."""
        size = self.block_size
        _, height, width, channels = self.compute_output_shape(inputs.shape)
        blocks = (-1, height, size, width, size, inputs.shape[-1])
        x = keras.ops.transpose(keras.ops.reshape(inputs, blocks), (0, 1, 3, 2, 4, 5))
        return keras.ops.reshape(x, (-1, height, width, channels))

    def compute_output_shape(self, input_shape):
        """Return the shape of the shrunken images."""
        samples, height, width, channels = input_shape
        size = self.block_size
        if height % size or width % size:
            raise ValueError(f"`block_size` (={size}) must divide {height}x{width}")
        return samples, height // size, width // size, channels * size**2

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "block_size": self.block_size}
