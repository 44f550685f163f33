"""The spec in a run folder: its files, each where it is looked for."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from archcompiler.diagnostics import Source
from archcompiler.language.loading.places import find_spec, path_beside
from archcompiler.language.loading.spec_text import read_spec
from archcompiler.language.program.program import Program, Used
from archcompiler.language.spec.spec import VariantFile
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import write_text

FOLDER = "spec"


def copy_spec(program: Program, spec: str, folder: Path) -> str:
    """Copy the files of a spec and return how it is named from within the folder.

    Raises:
        TrainingError: where two of them would be one.
    """
    place = find_spec(spec)
    for path, source in _places(program.files, program.used).items():
        file = folder / FOLDER / path
        file.parent.mkdir(parents=True, exist_ok=True)
        write_text(file, source.text)
    name = f"{FOLDER}/{place.path.name}"
    return f"{name}:{place.variant}" if place.variant else name


def _places(files: Sequence[Source], used: Sequence[Used]) -> Mapping[Path, Source]:
    """Return the files by their places: each stands where it is looked for first."""
    chain = list(reversed(files))
    place = Path(Path(chain[0].name).name)
    places = {place: chain[0]}
    place_of = {chain[0]: place}
    for variant, base in pairwise(chain):
        place = place_of[base] = _place_of_base(place, variant, Path(base.name))
        _put(places, place, base)
    for name, source, _ in used:
        _put(places, path_beside(place_of[name.source], name.text), source)
    return places


def _put(places: dict[Path, Source], place: Path, file: Source) -> None:
    if places.setdefault(place, file) != file:
        raise TrainingError(
            f"`{places[place].name}` has the name of `{file.name}`, on which it "
            "builds, and a run folder holds both: give it another"
        )


def _place_of_base(place: Path, variant: Source, base: Path) -> Path:
    """Return a base's place; one that ships comes to stand beside its variant."""
    form = read_spec(variant)
    assert isinstance(form, VariantFile)
    name, _, _ = form.extends.text.partition(":")
    if path_beside(Path(variant.name), name) == base:
        return path_beside(place, name)
    return place.with_name(base.name)
