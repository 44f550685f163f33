"""The share of a process: which images of every batch it reads."""

from typing import Any, NamedTuple

import numpy as np

from archcompiler.training.errors import TrainingError


class Share(NamedTuple):
    """Equal parts of every batch, in order, for processes with equally many devices.

    A device takes as many rows as any other. A batch that does not divide is filled up
    with its last image, and the network never sees what fills it.
    """

    number: int = 0
    of: int = 1
    """Processes; each reads its own part."""

    devices: int = 1
    """Devices of all processes together."""

    def rows(self, images: int, batch_size: int) -> int:
        """Return the rows of a batch when it is filled up.

        Never those of a full batch: the number of rows tells the two apart.
        """
        if images == batch_size:
            return images
        rows = -(-images // self.devices) * self.devices
        return rows + self.devices if rows == batch_size else rows

    def positions(self, images: int, batch_size: int) -> Any:
        """Return the places within a batch of what the process reads."""
        own = self.rows(images, batch_size) // self.of
        return np.minimum(
            np.arange(self.number * own, (self.number + 1) * own), images - 1
        )


WHOLE = Share()
"""Of a process that is alone."""


def refuse_uneven(batch_size: int, devices: int, what: str = "devices") -> None:
    """Refuse a batch size that does not divide among devices, or processes.

    Raises:
        TrainingError: with the nearest two that do.
    """
    if batch_size % devices == 0:
        return
    less = batch_size // devices * devices
    nearest = f"{less} or {less + devices}" if less else str(devices)
    raise TrainingError(
        f"the batch size {batch_size} does not divide among {devices} {what}: "
        f"choose `--batch-size {nearest}`"
    )
