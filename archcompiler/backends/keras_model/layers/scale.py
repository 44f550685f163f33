"""Scale, which Keras lacks."""
# mypy: allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class Scale(layers.Layer):
    """Multiply every channel by a learnt factor and add a learnt offset, as in Caffe.

    `x * gamma + beta`; without `center` there is no beta.
    """

    def __init__(
        self, center=True, beta_initializer="zeros", gamma_initializer="ones", **kwargs
    ):
        super().__init__(**kwargs)
        self.center = center
        self.beta_initializer = keras.initializers.get(beta_initializer)
        self.gamma_initializer = keras.initializers.get(gamma_initializer)

    def build(self, input_shape):
        """Make one factor and one offset for each channel."""
        shape = (input_shape[-1],)
        self.gamma = self.add_weight(
            name="gamma", shape=shape, initializer=self.gamma_initializer
        )
        if self.center:
            self.beta = self.add_weight(
                name="beta", shape=shape, initializer=self.beta_initializer
            )

    def call(self, inputs):
        """Scale inputs of shape (..., channels)."""
        outputs = inputs * self.gamma
        return outputs + self.beta if self.center else outputs

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives."""
        return input_shape

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {
            **super().get_config(),
            "center": self.center,
            "beta_initializer": keras.initializers.serialize(self.beta_initializer),
            "gamma_initializer": keras.initializers.serialize(self.gamma_initializer),
        }
