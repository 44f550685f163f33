"""The spec in a run folder: its files side by side, so that it loads by itself."""

from pathlib import Path

from archcompiler.language.loading import find_spec
from archcompiler.language.program import Program
from archcompiler.training.folder import write_text

FOLDER = "spec"


def copy_spec(program: Program, spec: str, folder: Path) -> str:
    """Copy the files of a spec and return how it is named from within the folder."""
    place = find_spec(spec)
    specs = folder / FOLDER
    specs.mkdir(exist_ok=True)
    for source in program.files:
        write_text(specs / Path(source.name).name, source.text)
    name = f"{FOLDER}/{place.path.name}"
    return f"{name}:{place.variant}" if place.variant else name
