"""What was asked for when the run of a folder began."""

from dataclasses import replace
from pathlib import Path

from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import RUN, read_json
from archcompiler.training.request import Request


def recorded_request(folder: Path) -> Request:
    """Return what was asked for when the run of a folder began.

    Raises:
        TrainingError: where the folder holds no run.
    """
    record = read_json(folder / RUN)
    try:
        request = Request(**record["request"])
        return replace(request, spec=str(folder / record["spec"]))
    except (TypeError, KeyError) as error:
        message = f"`{folder / RUN}` is of another version: {error}"
        raise TrainingError(message) from None
