"""Stochastic depth, which Keras lacks."""
# mypy: allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class StochasticDepth(layers.Layer):
    """Set whole samples to zero in training, and scale up those that survive.

    At the end of a residual branch, only the shortcut is left of a dropped sample. The
    expected output is the input, so that nothing changes after training.

    Reference: Huang et al., Deep networks with stochastic depth (2016), section 3.
    """

    def __init__(self, rate, seed=None, **kwargs):
        super().__init__(**kwargs)
        if not 0 <= rate <= 1:
            raise ValueError(f"`rate` (={rate}) must be from 0 to 1")
        self.rate = rate
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def call(self, inputs, training=False):
        """Drop samples of a batch of shape (samples, ...)."""
        if not training or self.rate == 0:
            return inputs
        samples = keras.ops.shape(inputs)[0]
        return keras.random.dropout(
            inputs,
            self.rate,
            noise_shape=(samples, *[1] * (len(inputs.shape) - 1)),
            seed=self.seed_generator,
        )

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives."""
        return input_shape

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {**super().get_config(), "rate": self.rate, "seed": self.seed}
