"""`archc plot`: the table as a figure."""

import sys
from pathlib import Path
from typing import Any, get_args

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import load
from archcompiler.cli.output import refuse_inputs, writable
from archcompiler.cli.usage import UsageError
from archcompiler.figures.choices import GRAPH_ENDINGS, GraphFormat, Width
from archcompiler.figures.figure import (
    HIGHEST,
    LEGIBLE,
    Figure,
    FigureError,
    format_of,
    paths_of,
    plot,
    plot_several,
)
from archcompiler.writing import replacing

BINARY = ("png", "pdf")
GRAPHS = get_args(GraphFormat)


def run(options: Any) -> int:
    """Print or write the figure."""
    path = writable(options.output) if options.output else None
    try:
        form = options.format
        form = form or (GRAPH_ENDINGS.get(path.suffix.lower()) if path else "svg")
        _refuse_mixtures(options, form)
        architectures = [load(spec, **options.settings) for spec in options.specs]
        if path is not None:
            for architecture in architectures:
                refuse_inputs(path, architecture.program)
            form = form or format_of(path)
        contents = _contents(options, form, architectures)
    except FigureError as error:
        raise UsageError(str(error)) from None
    if path is None:
        return _print(contents)
    return _write(paths_of(path, len(contents)), contents, architectures)


def _print(contents: list[bytes]) -> int:
    """Print a figure of one page.

    Raises:
        UsageError: where it has several.
    """
    if len(contents) > 1:
        raise UsageError(
            f"the figure has {len(contents)} pages, each a file of its own: name them "
            "with -o (`-o net.svg` writes net-1.svg, net-2.svg)"
        )
    sys.stdout.flush()
    sys.stdout.buffer.write(contents[0])
    return 0


def _write(
    paths: list[Path], contents: list[bytes], architectures: list[Architecture]
) -> int:
    for path in paths:
        writable(str(path))
        for architecture in architectures:
            refuse_inputs(path, architecture.program)
    for path, content in zip(paths, contents, strict=True):
        with replacing(path) as unfinished:
            unfinished.write_bytes(content)
        print(f"{path}: written")
    return 0


def _contents(
    options: Any, form: Any, architectures: list[Architecture]
) -> list[bytes]:
    """Return what each page's file holds."""
    if form in GRAPHS:
        return [_graph_text(form, architectures[0], options).encode()]
    figure = _draw(options, architectures)
    if options.width is not None:
        _note_what_fits_no_paper(figure, options.width)
    return [
        page.encoded(
            form,
            theme=options.theme,
            transparent=options.transparent,
            bare=options.bare,
        )
        for page in figure.pages
    ]


def _graph_text(form: GraphFormat, architecture: Architecture, options: Any) -> str:
    """Return a network for a program that lays it out."""
    from archcompiler.figures.dot import dot
    from archcompiler.figures.mermaid import mermaid

    write = {"dot": dot, "mermaid": mermaid}[form]
    return write(architecture.expansion, layers=options.layers)


def _draw(options: Any, architectures: list[Architecture]) -> Figure:
    if len(architectures) > 1:
        return plot_several([each.expansion for each in architectures])
    (architecture,) = architectures
    if options.compare is not None:
        return _compared(load(options.compare), architecture, options)
    return architecture.plot(
        options.figure,
        block=options.block,
        padding=options.padding,
        width=options.width,
    )


def _note_what_fits_no_paper(figure: Figure, width: Width) -> None:
    """Tell of texts that are small since something is too wide, and of what is high."""
    size, height = figure.smallest_text, figure.height
    told = []
    if size < LEGIBLE - 0.05:
        told.append(f"the smallest text is {size:.1f} pt in a {width}")
    if height > HIGHEST + 0.5:
        told.append(f"it is {height:.0f} pt high in a {width}, a page {HIGHEST}")
    help = "`--block NAME` draws one block, `--figure overview` none"
    for each in told:
        print(f"archc: note: {each}: {help}", file=sys.stderr)


def _compared(base: Architecture, variant: Architecture, options: Any) -> Figure:
    """Return the sheet of a variant on which its changes are marked."""
    from archcompiler.figures.changes import Change, Changes
    from archcompiler.figures.panels import panels_of
    from archcompiler.reports.difference import compare

    rows = {
        row.row: Change(row.kind, row.parameters, row.macs, row.changes)
        for row in compare(base, variant).rows
    }
    panels = panels_of(base.expansion, shows_padding=options.padding)
    changes = Changes(base.name, rows, panels)
    return plot(
        variant.expansion,
        padding=options.padding,
        width=options.width,
        changes=changes,
    )


def _refuse_mixtures(options: Any, form: str | None) -> None:
    """Refuse options that speak of one figure where something else is drawn.

    Raises:
        UsageError: with what cannot go together.
    """
    if not options.output and form in BINARY and sys.stdout.isatty():
        raise UsageError(f"{form} is no text: name a file with -o")
    one = {"--block": options.block, "--compare": options.compare}
    given = [name for name, value in one.items() if value is not None]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} are two figures: choose one")
    if len(options.specs) > 1 and (given or form in GRAPHS):
        what = given[0] if given else form
        raise UsageError(f"{what} is for one spec, received {len(options.specs)}")
    if options.figure != "sheet" and given:
        raise UsageError(f"{given[0]} is no part of --figure {options.figure}")
    if len(options.specs) > 1 and (options.figure != "sheet" or options.width):
        raise UsageError("several specs are drawn as overviews, each as wide as it is")
    if form in GRAPHS and (given or options.figure != "sheet"):
        raise UsageError(f"{form} writes the whole network: it has no figures")
    if form in GRAPHS and options.bare:
        raise UsageError(f"only tikz is a document that can be bare, not {form}")
    if form not in GRAPHS and options.layers:
        raise UsageError(f"--layers is for {' and '.join(GRAPHS)}")
