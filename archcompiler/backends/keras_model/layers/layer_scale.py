"""Layer scale, which Keras lacks."""
# mypy: allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class LayerScale(layers.Layer):
    """Multiply every channel by a learnt factor that begins near zero.

    Reference: Touvron et al., Going deeper with image transformers (2021), section 2.1.
    """

    def __init__(self, initial_value=1e-6, **kwargs):
        super().__init__(**kwargs)
        self.initial_value = initial_value

    def build(self, input_shape):
        """Make one factor for each channel."""
        initializer = keras.initializers.Constant(self.initial_value)
        self.gamma = self.add_weight(
            name="gamma", shape=(input_shape[-1],), initializer=initializer
        )

    def call(self, inputs):
        """Scale inputs of shape (..., channels)."""
        return inputs * self.gamma

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives."""
        return input_shape

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "initial_value": self.initial_value}
