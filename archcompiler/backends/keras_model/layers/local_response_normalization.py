"""Local response normalisation, which Keras lacks."""
# mypy: allow-untyped-defs, allow-subclassing-any

import keras
from keras import layers


@keras.saving.register_keras_serializable(package="archcompiler")
class LocalResponseNormalization(layers.Layer):
    """Divide each activation by the energy of its neighbours across channels.

    `x / (k + alpha * mean(x**2)) ** beta`, where the mean runs over a window of `size`
    channels, zeros beyond the first and the last.

    Reference: Krizhevsky et al., ImageNet classification with deep convolutional neural
    networks (2012), section 3.3; there `alpha` multiplies the sum, here the mean, as in
    Caffe and PyTorch.
    """

    def __init__(self, size=5, alpha=1e-4, beta=0.75, k=1.0, **kwargs):
        super().__init__(**kwargs)
        if size % 2 == 0:
            raise ValueError(f"`size` (={size}) must be odd")
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def call(self, inputs):
        """Normalise inputs of shape (..., channels)."""
        # In float32 at least: the squares of float16 overflow.
        dtype = keras.backend.result_type(inputs.dtype, "float32")
        x = keras.ops.cast(inputs, dtype)

        reach = self.size // 2
        margins = [(0, 0)] * (len(x.shape) - 1) + [(reach, reach)]
        squares = keras.ops.pad(keras.ops.square(x), margins)
        channels = x.shape[-1]
        neighbours = [squares[..., i : i + channels] for i in range(self.size)]
        mean = sum(neighbours) / self.size

        outputs = x / (self.k + self.alpha * mean) ** self.beta
        return keras.ops.cast(outputs, self.compute_dtype)

    def compute_output_shape(self, input_shape):
        """Return the shape that arrives."""
        return input_shape

    def get_config(self):
        """Return the arguments that rebuild the layer."""
        return {
            **super().get_config(),
            "size": self.size,
            "alpha": self.alpha,
            "beta": self.beta,
            "k": self.k,
        }
