"""The spec in a run folder: its files, each where it is looked for."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from archcompiler.diagnostics import Source
from archcompiler.language.loading import base_beside, find_spec, read_spec
from archcompiler.language.program import Program
from archcompiler.language.spec import VariantFile
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import write_text

FOLDER = "spec"


def copy_spec(program: Program, spec: str, folder: Path) -> str:
    """Copy the files of a spec and return how it is named from within the folder.

    Raises:
        TrainingError: where two of them would be one.
    """
    place = find_spec(spec)
    for path, source in _places(program.files).items():
        file = folder / FOLDER / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, source.text)
    name = f"{FOLDER}/{place.path.name}"
    return f"{name}:{place.variant}" if place.variant else name


def _places(files: Sequence[Source]) -> Mapping[Path, Source]:
    """Return the files by their places; a base stands where its variant looks first."""
    chain = list(reversed(files))
    place = Path(Path(chain[0].name).name)
    places = {place: chain[0]}
    for variant, base in pairwise(chain):
        place = _place_of_base(place, variant, Path(base.name))
        if place in places:
            raise TrainingError(
                f"`{places[place].name}` has the name of `{base.name}`, on which it "
                "builds, and a run folder holds both: give it another"
            )
        places[place] = base
    return places


def _place_of_base(place: Path, variant: Source, base: Path) -> Path:
    """Return a base's place; one that ships comes to stand beside its variant."""
    form = read_spec(variant)
    assert isinstance(form, VariantFile)
    name, _, _ = form.extends.text.partition(":")
    if base_beside(Path(variant.name), name) == base:
        return base_beside(place, name)
    return place.with_name(base.name)
