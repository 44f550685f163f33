"""Channel padding, which Keras lacks as a layer."""
# mypy: allow-untyped-calls, allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class ChannelPadding(layers.Layer):
    """Put channels of zeros `before` those that arrive, and `after` them.

    Reference: He et al., Deep residual learning (2015), section 3.3, option A: a
    shortcut without weights to more channels.
    """

    def __init__(self, after, before=0, **kwargs):
        super().__init__(**kwargs)
        if min(after, before) < 0:
            raise ValueError(f"`after` (={after}), `before` (={before}): none below 0")
        self.after = after
        self.before = before

    def call(self, inputs):
        """Pad inputs of shape (..., channels)."""
        others = [[0, 0]] * (len(inputs.shape) - 1)
        return keras.ops.pad(inputs, [*others, [self.before, self.after]])

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives, with more channels."""
        *others, channels = input_shape
        return (*others, self.before + channels + self.after)

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "after": self.after, "before": self.before}
