"""Transplanting: weights move between two Keras models that are the same graph.

Layers are matched by graph isomorphism, never by name, order or shape alone. Keras is
imported only when a transplant runs.
"""

from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.report import Copied, Left, Transplant

__all__ = ["Copied", "Left", "Transplant", "TransplantError"]
