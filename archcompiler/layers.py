"""The layers that Keras lacks; to import this module makes Keras know them.

A file that `archc build` saved of a network with such layers is opened by

    import archcompiler.layers
    import keras

    model = keras.models.load_model("googlenet.keras")
"""

from archcompiler.backends.keras_model.layers import *  # noqa: F403
from archcompiler.backends.keras_model.layers import __all__ as __all__
