"""The layers that Keras lacks, one a file; emitted source quotes the classes whole."""

from archcompiler.backends.keras_model.layers.local_response_normalization import (
    LocalResponseNormalization,
)

__all__ = ["LocalResponseNormalization"]
