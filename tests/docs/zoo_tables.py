"""The tables of docs/zoo.md: what every spec counts, and how long it is."""

from collections.abc import Iterator
from itertools import groupby

from line_counts import Length, Module, measure_spec, read_modules
from shipped import examined

from archcompiler.language.spec.claims import Paper
from archcompiler.reports.catalogue import Entry


def zoo_tables() -> dict[str, str]:
    """Return every generated text of the page by the name in its mark."""
    entries = examined()
    return {
        "counts": _text(_counts(entries)),
        "lengths": _text(_lengths(entries)),
        "uncounted": _uncounted(entries),
    }


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


# What every spec counts -----------------------------------------------------


def _counts(entries: list[Entry]) -> Iterator[str]:
    yield _line(
        *("spec", "parameters", "trainable", "multiply-adds", "depth"),
        *("agree", "excused", "paper"),
    )
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for entry in entries:
        yield _count(entry)


def _count(entry: Entry) -> str:
    place, checked = entry
    architecture, audit = checked.architecture, checked.audit
    assert architecture, f"{checked.spec} cannot be built"
    assert audit
    paper = architecture.program.paper
    return _line(
        f"`{checked.spec}`" if place.variant else _linked(checked.spec),
        f"{architecture.parameters:,}",
        f"{architecture.trainable:,}",
        f"{architecture.macs:,}",
        str(architecture.depth),
        *(f"{audit.count(judged) or ''}" for judged in ("agrees", "excused")),
        _address(paper) if paper else "",
    )


def _linked(spec: str) -> str:
    return f"[`{spec}`](../specs/{spec}.yaml)"


def _address(paper: Paper) -> str:
    if paper.arxiv:
        number = paper.arxiv.text
        return f"[arXiv {number}](https://arxiv.org/abs/{number})"
    if paper.doi:
        return f"[doi {paper.doi.text}](https://doi.org/{paper.doi.text})"
    assert paper.url, "a paper without an address"
    return f"[{paper.authors.text if paper.authors else 'paper'}]({paper.url.text})"


# How long it is -------------------------------------------------------------


def _lengths(entries: list[Entry]) -> Iterator[str]:
    yield _line(
        *("spec", "lines", "code lines", "characters"),
        *("module", "lines", "code lines", "characters"),
        *("ratio of code lines", "of characters"),
    )
    yield "|---|--:|--:|--:|---|--:|--:|--:|--:|--:|"
    ours = _spec_lengths(entries)
    for spec, modules in groupby(read_modules(), lambda module: module.spec):
        yield _comparison(spec, ours[spec], list(modules))


def _comparison(spec: str, ours: Length, modules: list[Module]) -> str:
    theirs = _sum([module.length for module in modules])
    return _line(
        _linked(spec),
        *(f"{number:,}" for number in ours),
        _named(modules),
        *(f"{number:,}" for number in theirs),
        f"{theirs.code / ours.code:.1f}",
        f"{theirs.characters / ours.characters:.1f}",
    )


def _named(modules: list[Module]) -> str:
    package, version = modules[0].package, modules[0].version
    files = ", ".join(f"`{module.path.rsplit('/', 1)[1]}`" for module in modules)
    return f"{files} of {package} {version}"


def _spec_lengths(entries: list[Entry]) -> dict[str, Length]:
    """Return the length of each file, with those that it extends or uses."""
    return {
        checked.spec: _sum(
            [
                measure_spec(file.text)
                for program in [checked.architecture.program]
                for file in (*program.files, *(used.source for used in program.used))
            ]
        )
        for place, checked in entries
        if checked.architecture and not place.variant
    }


def _sum(lengths: list[Length]) -> Length:
    return Length(*map(sum, zip(*lengths, strict=True)))


def _uncounted(entries: list[Entry]) -> str:
    counted = {module.spec for module in read_modules()}
    rest = [
        f"`{checked.spec}`"
        for place, checked in entries
        if not place.variant and checked.spec not in counted
    ]
    return f"{', '.join(rest)}.\n"
