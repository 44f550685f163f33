"""What was asked for when the run of a folder began."""

from dataclasses import replace
from pathlib import Path

from archcompiler.language.loading.runs import holds_run
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


def spelled_out(request: Request) -> Request:
    """Return a request whose SPEC is no run, but what that run was trained of.

    Devices are chosen anew. What the request itself asks for goes before.
    """
    folder = Path(request.spec)
    if not holds_run(folder):
        return request
    trained = recorded_request(folder)
    beginning = request if request.init else trained
    return replace(
        request,
        spec=trained.spec,
        settings={**trained.settings, **request.settings},
        overrides={**trained.overrides, **request.overrides},
        data=request.data or trained.data,
        data_dir=request.data_dir or trained.data_dir,
        save_every=request.save_every or trained.save_every,
        init=beginning.init,
        head=beginning.head,
    )
