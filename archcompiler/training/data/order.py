"""The order in which images are seen: a function of the seed and the step alone."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np


class Order(NamedTuple):
    """Which images make a batch; shuffled anew in every epoch, or never."""

    images: int
    batch_size: int
    seed: int
    shuffled: bool

    @property
    def steps(self) -> int:
        """Steps in an epoch; the last batch may be smaller."""
        return -(-self.images // self.batch_size)

    def batch(self, step: int) -> Any:
        """Return the indices of a step's images, the steps of all epochs counted."""
        epoch, number = divmod(int(step), self.steps)
        first = number * self.batch_size
        return _epoch(self, epoch)[first : first + self.batch_size]


@lru_cache(maxsize=4)
def _epoch(order: Order, epoch: int) -> Any:
    if not order.shuffled:
        return np.arange(order.images)
    return order_of_epoch(order.images, epoch, order.seed)


def order_of_epoch(count: int, epoch: int, seed: int) -> Any:
    """Return the indices of all images in the order of one epoch."""
    return np.random.default_rng([seed, 1 + epoch]).permutation(count)
