"""What calls pass: each facet of a column, over all the sites of its block."""

from collections.abc import Mapping
from fractions import Fraction

from archcompiler.backends.keras_source.facets import (
    ONES,
    STRIDES,
    VALUE,
    Facet,
    facet_of,
    nature_of_facet,
)
from archcompiler.backends.keras_source.names import (
    ONCE,
    BlockNames,
    RepetitionNames,
    TableNames,
    looping,
    shape_code,
    stand_in,
)
from archcompiler.backends.keras_source.sites import (
    Site,
    Sites,
    given_argument,
    holds_text,
)
from archcompiler.backends.keras_source.slots import (
    Key,
    Mode,
    Parameters,
    Reads,
    Signature,
    Slot,
)
from archcompiler.backends.keras_source.symbols import (
    Code,
    Known,
    Symbol,
    kind_of,
    parameters_of,
    text_of,
)
from archcompiler.backends.keras_source.texts import (
    PrintedNames,
    expression_symbol,
    known_facet,
    text_symbol,
)
from archcompiler.backends.keras_source.unprintable import Unprintable, writing
from archcompiler.graph.calls import CalledStep
from archcompiler.graph.expansion import PlacedRow
from archcompiler.language.expressions import Template, parse_template, read_value
from archcompiler.language.expressions.naming import REPETITION


class Passing:
    """Decides, on demand, how a function comes by each facet of its columns."""

    def __init__(
        self,
        sites: Sites,
        signatures: Mapping[str, Signature],
        parameters: Parameters,
    ) -> None:
        self.sites = sites
        self.signatures = signatures
        self.parameters = parameters
        self._slots: dict[tuple[str, Key], Known | Slot] = {}

    def slot(self, block: str, key: Key) -> Known | Slot:
        """Return the value that every call has, else how calls differ."""
        slot = self._slots.get((block, key))
        if slot is None:
            slot = self._slots[block, key] = self._decide(self.signatures[block], key)
        return slot

    def site_of(self, step: CalledStep) -> Site:
        """Return where a step calls its block.

        Raises:
            Unprintable: where it never did, so that nothing tells what it passes.
        """
        site = self.sites.at(step)
        if site is None:
            raise Unprintable(f"`{step.place.text}` never runs as the spec stands")
        return site

    def symbol(self, block: str, key: Key) -> Symbol:
        """Return what a facet stands for before its function has names for it."""
        slot = self.slot(block, key)
        if isinstance(slot, Known):
            return slot
        columns = list(self.signatures[block].block.columns)
        return Code(f"_{columns.index(key[0])}_{key[1].part}", slot.nature)

    def _decide(self, signature: Signature, key: Key) -> Known | Slot:
        given = [self.given(site, key) for site in signature.sites]
        left = [
            self.default(site, key)
            for site, symbol in zip(signature.sites, given, strict=True)
            if symbol is None
        ]
        passed = [symbol for symbol in given if symbol is not None]
        nature = nature_of_facet([*passed, *left], key[1])
        values = _values(signature, key)
        if len(values) == 1 and nature.fixed:
            return values.popitem()[1]
        default = _literal_default(signature, key)
        if not passed and default is None:
            return Slot(nature, Mode.LOCAL)
        if default is None and any(isinstance(symbol, Code) for symbol in left):
            return Slot(nature, Mode.LATE)
        if default is None and key[1] == STRIDES:
            default = Known(ONES)
        if default is None:
            return Slot(nature, Mode.REQUIRED)
        return Slot(nature, Mode.OPTIONAL, default)

    # Symbols at call sites ---------------------------------------------------

    def given(
        self, site: Site, key: Key, names: PrintedNames | None = None
    ) -> Symbol | None:
        """Return what a site passes for a facet, printed with `names`, if it does."""
        column, facet = key
        argument = given_argument(site, column)
        if argument is None:
            return None
        if isinstance(argument, int | float | Fraction | str):
            return known_facet(Known(argument), facet)
        names = names or self.caller_names(site)
        with writing(site.call.place):
            if isinstance(argument, Template):
                symbol = text_symbol(argument, facet, names)
            else:
                symbol = expression_symbol(argument, facet, names)
            _refuse_unread(site, column, symbol)
        return symbol

    def default(
        self, site: Site, key: Key, names: PrintedNames | None = None
    ) -> Symbol:
        """Return what a column's default comes to at a site that does not pass it."""
        column, facet = key
        default = site.block.columns[column]
        if default is None:
            return Known(None)  # `repeat` alone may be left out
        inner = _SiteNames(self, site, names or self.caller_names(site))
        with writing(site.call.place):
            symbol = text_symbol(parse_template(default.cell.text), facet, inner)
            _refuse_unread(site, column, symbol)
        return symbol

    def passed(self, site: Site, key: Key, names: PrintedNames) -> Symbol:
        """Return a facet at a site: what it passes, else what the default comes to."""
        given = self.given(site, key, names)
        return given if given is not None else self.default(site, key, names)

    def caller_names(self, site: Site) -> PrintedNames:
        """Return the names of the text in which a site's arguments stand."""
        reads = Reads()
        names: PrintedNames = TableNames(self.parameters, reads)
        if site.caller is not None:
            caller = site.caller
            signature = self.signatures[caller]
            names = BlockNames(
                signature, self.parameters, lambda key: self.symbol(caller, key), reads
            )
        if _loops(site):
            return RepetitionNames(names, looping("i", Code("n")))
        return names if site.caller is not None else RepetitionNames(names, ONCE)


class _SiteNames:
    """Names of a block's defaults, replaced by what one site passes."""

    def __init__(self, passing: Passing, site: Site, caller: PrintedNames) -> None:
        self.passing = passing
        self.site = site
        self.caller = caller

    def name(self, word: str) -> Symbol:
        column = self.facet(word, VALUE)
        if column is not None:
            return column
        if word not in REPETITION:
            return self.parameter(word)
        values = {frame.values[word] for frame in self.site.frames}
        return Known(values.pop()) if len(values) == 1 else Code(word)

    def attribute(self, name: str, attribute: str) -> Symbol:
        if name not in ("in", *self.site.block.inputs):
            column = self.facet(name, Facet(attribute))
            if column is not None:
                return column
        return shape_code(stand_in(name), attribute)

    def facet(self, column: str, facet: Facet) -> Symbol | None:
        if column not in self.site.block.columns:
            return None
        return self.passing.passed(self.site, (column, facet), self.caller)

    def holds_text(self, word: str) -> bool:
        return holds_text(self.site.frames, word)

    def parameter(self, word: str) -> Symbol:
        return self.caller.parameter(word)


def _loops(site: Site) -> bool:
    """Whether a call runs in a loop, so that `first` and `last` differ within it."""
    if isinstance(site.call, PlacedRow):
        return site.call.repetitions not in (None, 1)
    return site.call.repeats


def _values(signature: Signature, key: Key) -> dict[str, Known]:
    """Return the different values that calls have for a facet."""
    column, facet = key
    scopes = [frame.values for frame in signature.frames]
    bound = [scope[column] for scope in scopes if column in scope]
    values = [Known(facet_of(value, facet)) for value in bound]
    return {text_of(value): value for value in values}


def _literal_default(signature: Signature, key: Key) -> Known | None:
    column, facet = key
    default = signature.block.columns[column]
    if default is None or "<" in default.cell.text:
        return None
    return known_facet(Known(read_value(default.cell.text)), facet)


def _refuse_unread(site: Site, column: str, symbol: Symbol) -> None:
    """Refuse code of a text that the column reads as a number or truth value."""
    if isinstance(symbol, Known) or kind_of(symbol) is not str:
        return
    if not all(isinstance(frame.values[column], str) for frame in site.frames):
        why = f"what `{column}` receives is pasted together, and read as a number"
        raise Unprintable(why, parameters_of([symbol]))
