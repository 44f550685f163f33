"""Channel slice, which Keras lacks as a layer."""
# mypy: allow-untyped-calls, allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class ChannelSlice(layers.Layer):
    """Keep the channels from `start` up to `stop`, or to the last; they count from 0.

    Reference: Chen et al., Dual path networks (2017), section 4, which cuts channels
    into those of the residual and those of the densely connected path.
    """

    def __init__(self, start=0, stop=None, **kwargs):
        super().__init__(**kwargs)
        self.start = start
        self.stop = stop

    def call(self, inputs):
        """Cut inputs of shape (..., channels)."""
        size = self.compute_output_shape(inputs.shape)[-1]
        return inputs[..., self.start : self.start + size]

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives, with the channels that are kept."""
        *others, channels = input_shape
        stop = channels if self.stop is None else self.stop
        if not 0 <= self.start < stop <= channels:
            raise ValueError(
                f"`start` (={self.start}) and `stop` (={self.stop}) must leave some "
                f"of {channels} channels"
            )
        return (*others, stop - self.start)

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "start": self.start, "stop": self.stop}
