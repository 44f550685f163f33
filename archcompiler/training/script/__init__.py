"""The training script: a model and its recipe as source that runs by itself."""

from archcompiler.training.script.choosing import choose_data, refuse_takings
from archcompiler.training.script.emission import emit_training

__all__ = ["choose_data", "emit_training", "refuse_takings"]
