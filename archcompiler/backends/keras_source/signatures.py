"""Signatures: which columns of a block become arguments of its function.

A column that has one value in every call folds into the body; one that no call gives is
computed in the body; the rest are arguments, split into facets where the body asks for
parts of a text.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from archcompiler.backends.keras_source.facets import (
    STRIDES,
    VALUE,
    WINDOW,
    Unprintable,
    facet_of,
    facet_of_pieces,
    pair,
)
from archcompiler.backends.keras_source.identifiers import (
    LOCALS,
    Identifiers,
    identifier,
)
from archcompiler.backends.keras_source.sites import Site, Sites, given_argument, walk
from archcompiler.backends.keras_source.symbols import (
    COMPARE,
    Code,
    Known,
    Names,
    Symbol,
    kind_of,
    print_expression,
)
from archcompiler.graph.calls import REPETITION, Argument, CalledBlock, CalledStep
from archcompiler.graph.expansion import Expansion, Frame, PlacedRow
from archcompiler.language.expressions import (
    Attribute,
    Expression,
    Name,
    Scope,
    Template,
    names_of,
    parse_template,
    read_value,
)

_ORDER = (
    WINDOW,
    "height",
    "width",
    "channels",
    "filters",
    "rank",
    "stride",
    VALUE,
    STRIDES,
)
Key = tuple[str, str]


@dataclass(slots=True)
class Use:
    """How a body uses a facet: what the ops that receive it call it, and their default."""

    word: str = ""
    default: Any = None


@dataclass(slots=True)
class Slot:
    """A facet of a column, as its function sees it."""

    symbol: Symbol
    given: bool = True
    """Whether calls pass it; else it is computed in the body."""

    default: Known | None = None
    late: bool = False
    """Whether calls may leave it out and the body computes it then."""

    use: Use = field(default_factory=Use)

    @property
    def folded(self) -> bool:
        """Whether every call has the same value, so that none passes it."""
        return isinstance(self.symbol, Known)


@dataclass(slots=True)
class Signature:
    """A block's function: its name, inputs, slots, and what the body turned out to need."""

    block: CalledBlock
    function: str
    frames: list[Frame]
    sites: list[Site]
    identifiers: Identifiers
    slots: dict[Key, Slot] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    """The words about repetition that the body reads and that vary."""

    parameters: dict[str, str] = field(default_factory=dict)
    """The builder's arguments that the body reads, with their identifiers."""


class Signatures:
    """The signatures of every block that the table leads to."""

    def __init__(self, expansion: Expansion, kept: Mapping[str, Any]) -> None:
        """Analyse the calls; `kept` are the parameters that stay arguments of the builder.

        Raises:
            Unprintable: where a kept parameter goes into what code cannot put together.
        """
        self.kept = kept
        self.sites = Sites(expansion)
        self.values = expansion.program.values
        self.ordered = self.sites.callees_first()
        functions = Identifiers()
        self.of: dict[str, Signature] = {}
        self._uses: dict[str, dict[Key, Use]] = {}
        for block in self.ordered:
            name = block.name
            function = functions.new(block.pattern.words, "block_")
            frames, sites = self.sites.frames[name], self.sites.of[name]
            inputs = {identifier(text, "input_") for text in block.inputs}
            identifiers = Identifiers(LOCALS | inputs | set(kept.values()))
            self.of[name] = Signature(block, function, frames, sites, identifiers)
        for block in self.ordered:
            self._uses[block.name] = dict(self._find_uses(block))
        for block in reversed(self.ordered):
            self._decide(self.of[block.name])

    # Uses -------------------------------------------------------------------

    def _find_uses(self, block: CalledBlock) -> Iterator[tuple[Key, Use]]:
        for step in walk(block.body):
            if not self.runs(step, block.name):
                continue
            for argument in (step.when, step.repeat):
                if argument is not None:
                    yield from self._uses_of_text(argument, block, None)
            for argument in step.arguments:
                yield from self._uses_of_argument(step, argument, block)

    def _uses_of_argument(
        self, step: CalledStep, argument: Argument, block: CalledBlock
    ) -> Iterator[tuple[Key, Use]]:
        if isinstance(argument.evaluate, tuple):
            for inner in argument.evaluate:
                yield from self._uses_of_text(inner, block, None)
            return
        target = step.target
        assert target is not None
        if target.op is not None:
            if argument.name != "patch":
                yield from self._uses_of_text(argument, block, None)
                return
            op = target.op
            default = op.model_fields["strides"].default
            facets = {
                WINDOW: Use(op.window_field or ""),
                STRIDES: Use("strides", default),
            }
            yield from self._uses_of_text(argument, block, facets)
            return
        assert target.block is not None
        if target.block.name in self._uses:
            passed = self._uses[target.block.name]
            facets = {
                facet: use
                for (name, facet), use in passed.items()
                if name == argument.name
            }
            yield from self._uses_of_text(argument, block, facets)

    def _uses_of_text(
        self, argument: Argument, block: CalledBlock, facets: Mapping[str, Use] | None
    ) -> Iterator[tuple[Key, Use]]:
        """Return what a text uses; `facets` are those that its receiver asks for."""
        template = parse_template(argument.cell.text)
        whole = template.whole
        if (
            facets is not None
            and isinstance(whole, Name)
            and whole.name in block.columns
        ):
            for facet, use in facets.items():
                yield (whole.name, facet), use
            return
        if facets is not None and not facets:
            return
        yield from uses_of_expressions(template.expressions, block)

    def runs(self, step: CalledStep, block: str) -> bool:
        """Whether a step runs in any call of its block."""
        if step.when is None:
            return True
        return any(_truth(step.when, frame) for frame in self.sites.frames[block])

    # Slots ------------------------------------------------------------------

    def _decide(self, signature: Signature) -> None:
        uses = self._uses[signature.block.name]
        self._split_windows(signature, uses)
        modes: dict[Key, Slot] = {}
        for column in reversed(signature.block.columns):
            for facet in _ORDER:
                if (column, facet) not in uses:
                    continue
                slot = self._slot(signature, column, facet, uses[column, facet])
                modes[column, facet] = slot
                if not slot.folded and (slot.late or not slot.given):
                    default = signature.block.columns[column]
                    assert default is not None
                    expressions = parse_template(default.cell.text).expressions
                    for key, use in uses_of_expressions(expressions, signature.block):
                        uses.setdefault(key, use)
        for column in signature.block.columns:
            for facet in _ORDER:
                if (slot := modes.get((column, facet))) is not None:
                    signature.slots[column, facet] = self._named(
                        signature, column, facet, slot
                    )

    def _split_windows(self, signature: Signature, uses: dict[Key, Use]) -> None:
        """Let one window stand for height and width where it is square, else take both."""
        for column in signature.block.columns:
            asked = {(column, "height"), (column, "width")} & uses.keys()
            whole = (column, WINDOW) in uses
            if not asked or (len(asked) == 1 and not whole):
                continue
            windows = {
                facet_of(frame.bound[column], WINDOW) for frame in signature.frames
            }
            if all(height == width for height, width in windows):
                for key in asked:
                    del uses[key]
                uses.setdefault((column, WINDOW), Use("kernel_size"))
            else:
                uses.pop((column, WINDOW), None)
                uses[column, "height"] = uses[column, "width"] = Use()

    def _slot(self, signature: Signature, column: str, facet: str, use: Use) -> Slot:
        values = {
            _hashable(normal(facet_of(frame.bound[column], facet), use))
            for frame in signature.frames
        }
        symbols = [
            self.site_symbol(site, column, facet, use) for site in signature.sites
        ]
        given = [symbol for symbol in symbols if symbol is not None]
        sources = given or [
            self.site_default(signature, s, column, facet) for s in signature.sites
        ]
        default = self._literal_default(signature, column, facet, use)
        defaulted = [
            self.site_default(signature, site, column, facet)
            for site, symbol in zip(signature.sites, symbols, strict=True)
            if symbol is None
        ]
        code = _merged([*sources, *defaulted], facet)
        if len(values) == 1 and code.fixed:
            return Slot(Known(next(iter(values))[1]), use=use)
        slot = Slot(code, use=use, default=default)
        if facet == STRIDES and use.default is not None:
            slot.default = Known(use.default)
        if not given and default is None:
            slot.given = False
        elif defaulted and default is None:
            slot.late = not all(isinstance(symbol, Known) for symbol in defaulted)
        return slot

    def _named(self, signature: Signature, column: str, facet: str, slot: Slot) -> Slot:
        if slot.folded:
            return slot
        word = {
            VALUE: column,
            WINDOW: slot.use.word or "window",
            STRIDES: "strides",
        }.get(facet, facet)
        names = signature.identifiers
        identifier = (
            names.new(f"{column} {word}") if word in names.taken else names.new(word)
        )
        assert isinstance(slot.symbol, Code)
        code = slot.symbol
        slot.symbol = Code(identifier, 7, code.kind, code.parameters, code.shaped)
        return slot

    def _literal_default(
        self, signature: Signature, column: str, facet: str, use: Use
    ) -> Known | None:
        default = signature.block.columns[column]
        if default is None or "<" in default.cell.text:
            return None
        return Known(normal(facet_of(read_value(default.cell.text), facet), use))

    def site_default(
        self, signature: Signature, site: Site, column: str, facet: str
    ) -> Symbol:
        """Return what a column's default comes to at a site that does not pass it."""
        default = signature.block.columns[column]
        assert default is not None, column
        names = _SiteNames(self, signature, site)
        symbol = self.text_symbol(parse_template(default.cell.text), facet, names)
        if isinstance(symbol, Known):
            use = self._uses[signature.block.name].get((column, facet), Use())
            return Known(normal(symbol.value, use))
        return symbol

    # Symbols at call sites --------------------------------------------------

    def passed(self, site: Site, column: str) -> Symbol:
        """Return a column's value at a site: what it passes, else what its default comes to."""
        given = self.site_symbol(site, column, VALUE, Use())
        if given is not None:
            return given
        return self.site_default(
            self.of[site.frames[0].block.name], site, column, VALUE
        )

    def site_symbol(
        self, site: Site, column: str, facet: str, use: Use, names: Names | None = None
    ) -> Symbol | None:
        """Return what a site passes for a facet, printed with `names`; None: the default."""
        given = given_argument(site, column)
        if given is None:
            return None
        names = names or self.caller_names(site)
        if isinstance(given, Template):
            symbol = self.text_symbol(given, facet, names)
        elif isinstance(given, int | float | str):
            symbol = Known(facet_of(given, facet))
        else:
            symbol = self._whole(given, facet, names)
        return Known(normal(symbol.value, use)) if isinstance(symbol, Known) else symbol

    def text_symbol(self, template: Template, facet: str, names: Names) -> Symbol:
        """Return one facet of a text, printed with `names`."""
        if template.whole is not None:
            return self._whole(template.whole, facet, names)
        pieces = [
            part if isinstance(part, str) else print_expression(part, names)
            for part in template.parts
        ]
        return facet_of_pieces(pieces, facet)

    def _whole(self, expression: Expression, facet: str, names: Names) -> Symbol:
        if isinstance(expression, Name) and isinstance(names, BlockNames | _SiteNames):
            column = names.facet(expression.name, facet)
            if column is not None:
                return column
        symbol = print_expression(expression, names)
        if isinstance(symbol, Known):
            return Known(facet_of(symbol.value, facet))
        if facet != VALUE:
            raise Unprintable(symbol.parameters)
        return symbol

    def caller_names(self, site: Site) -> "Names":
        """Return the names of the text in which a site's arguments stand."""
        if site.caller is None:
            names: Names = TableNames(self, site.call)
        else:
            names = BlockNames(self, self.of[site.caller])
        return repeating(names, site.call, "i", Code("n"))


class BlockNames:
    """What the names in a block's text stand for in its function."""

    def __init__(self, signatures: Signatures, signature: Signature) -> None:
        self.signatures = signatures
        self.signature = signature
        self.tensors: dict[str, str] = {}

    def name(self, word: str) -> Symbol:
        """Return what a word stands for."""
        if word in self.signature.block.columns:
            symbol = self.facet(word, VALUE)
            assert symbol is not None
            return symbol
        if word in REPETITION:
            return self._repetition(word)
        return self.parameter(word)

    def parameter(self, word: str) -> Symbol:
        """Return a parameter of the spec, and note that the function needs it."""
        if word not in self.signatures.kept:
            return Known(self.signatures.values[word])
        known = self.signature.parameters
        identifier = known.get(word)
        if identifier is None:
            identifier = known[word] = self.signatures.kept[word]
        kind = type(self.signatures.values[word])
        return Code(identifier, 7, kind, frozenset({word}))

    def _repetition(self, word: str) -> Symbol:
        values = {frame.values[word] for frame in self.signature.frames}
        if len(values) == 1:
            return Known(values.pop())
        if word not in self.signature.words:
            self.signature.words.append(word)
        return Code(word, 7, bool if word in ("first", "last") else int)

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return an attribute of a tensor, or of a column's text."""
        if name in self.tensors or self._is_tensor(name):
            return shape_code(self.tensors.get(name, "x"), attribute)
        symbol = self.facet(name, attribute)
        assert symbol is not None
        return symbol

    def _is_tensor(self, name: str) -> bool:
        block = self.signature.block
        if name == "in" or name in block.inputs:
            return True
        return any(step.name == name for step in walk(block.body))

    def facet(self, column: str, facet: str) -> Symbol | None:
        """Return one facet of a column, or None where the name is no column."""
        if column not in self.signature.block.columns:
            return None
        slots = self.signature.slots
        if (column, facet) in slots:
            return slots[column, facet].symbol
        if facet in ("height", "width") and (column, WINDOW) in slots:
            symbol = slots[column, WINDOW].symbol
            if isinstance(symbol, Code):
                return Code(symbol.text, 7, int, symbol.parameters, symbol.shaped)
            return Known(symbol.value[0 if facet == "height" else 1])
        if facet == WINDOW and (column, "height") in slots:
            return pair(slots[column, "height"].symbol, slots[column, "width"].symbol)
        values = {
            _hashable(facet_of(f.bound[column], facet)) for f in self.signature.frames
        }
        if len(values) == 1:
            return Known(values.pop()[1])
        return Code("_", 7, int)  # only asked for while analysing; never printed


class TableNames:
    """What the names in a row's cells stand for in the builder."""

    def __init__(
        self, signatures: Signatures, row: Any, used: set[str] | None = None
    ) -> None:
        self.signatures = signatures
        self.row: PlacedRow = row
        self.tensors: dict[str, str] = {}
        self.used = used if used is not None else set()

    def name(self, word: str) -> Symbol:
        """Return what a word stands for."""
        if word in REPETITION:
            return Known(True)  # a row that repeats has words of its own
        return self.parameter(word)

    def parameter(self, word: str) -> Symbol:
        """Return a parameter of the spec."""
        if word not in self.signatures.kept:
            return Known(self.signatures.values[word])
        self.used.add(word)
        kind = type(self.signatures.values[word])
        return Code(self.signatures.kept[word], 7, kind, frozenset({word}))

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return an attribute of an earlier row's output."""
        return shape_code(self.tensors.get(name, "x"), attribute)


class RepetitionNames:
    """Names within a call that repeats itself: `first` and `last` speak of its loop."""

    def __init__(self, inner: Any, first: Symbol, last: Symbol) -> None:
        self.inner = inner
        self.words = {"first": first, "last": last}

    def name(self, word: str) -> Symbol:
        """Return what a word stands for."""
        return self.words.get(word) or self.inner.name(word)

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return an attribute of a tensor, or of a column's text."""
        symbol: Symbol = self.inner.attribute(name, attribute)
        return symbol

    def facet(self, column: str, facet: str) -> Symbol | None:
        """Return one facet of a column of the block around."""
        facets = getattr(self.inner, "facet", None)
        return facets(column, facet) if facets else None


class _SiteNames:
    """Names of a block's defaults, replaced by what one site passes."""

    def __init__(
        self, signatures: Signatures, signature: Signature, site: Site
    ) -> None:
        self.signatures = signatures
        self.signature = signature
        self.site = site

    def name(self, word: str) -> Symbol:
        if word in self.signature.block.columns:
            symbol = self.facet(word, VALUE)
            assert symbol is not None
            return symbol
        if word in REPETITION:
            values = {frame.values[word] for frame in self.site.frames}
            return Known(values.pop()) if len(values) == 1 else Code(word)
        caller = self.signatures.caller_names(self.site)
        return caller.name(word)

    def attribute(self, name: str, attribute: str) -> Symbol:
        if (
            name in self.signature.block.columns
            and name not in self.signature.block.inputs
        ):
            symbol = self.facet(name, attribute)
            assert symbol is not None
            return symbol
        return shape_code("x", attribute)

    def facet(self, column: str, facet: str) -> Symbol | None:
        if column not in self.signature.block.columns:
            return None
        given = self.signatures.site_symbol(self.site, column, facet, Use())
        if given is not None:
            return given
        default = self.signature.block.columns[column]
        assert default is not None
        return self.signatures.text_symbol(
            parse_template(default.cell.text), facet, self
        )


def repeating(names: Any, call: Any, variable: str, count: Symbol) -> Any:
    """Return the names within a call: its own `first` and `last` where it repeats."""
    if not _repeats(call):
        return names
    last = count.at(COMPARE + 1) if isinstance(count, Code) else count.value
    first_code = Code(f"{variable} == 1", COMPARE, bool)
    parameters = count.parameters if isinstance(count, Code) else frozenset()
    last_code = Code(f"{variable} == {last}", COMPARE, bool, parameters)
    return RepetitionNames(names, first_code, last_code)


def _repeats(call: CalledStep | PlacedRow) -> bool:
    """Whether a call says how often it runs, so that `first` and `last` speak of it."""
    if isinstance(call, PlacedRow):
        return call.repetitions not in (None, 1)
    block = call.target.block if call.target else None
    return call.repeat is not None or (block is not None and "repeat" in block.columns)


def uses_of_expressions(
    expressions: Iterable[Expression], block: CalledBlock
) -> Iterator[tuple[Key, Use]]:
    """Return the facets of a block's columns that expressions read."""
    tensors = {"in", *block.inputs, *(s.name for s in walk(block.body) if s.name)}
    for expression in expressions:
        for name in names_of(expression):
            if name.name not in block.columns:
                continue
            if isinstance(name, Attribute):
                if name.name not in tensors:
                    yield (name.name, name.attribute), Use()
            else:
                yield (name.name, VALUE), Use()


def shape_code(tensor: str, attribute: str) -> Code:
    """Return the code of a tensor's height, width, channels or rank."""
    if attribute == "rank":
        return Code(f"len({tensor}.shape) - 1", 5)
    axis = {"height": 1, "width": 2, "channels": -1}[attribute]
    return Code(f"{tensor}.shape[{axis}]", shaped=True)


def normal(value: Any, use: Use) -> Any:
    """Return strides that are left to the op as the op's own default."""
    return use.default if value is None and use.default is not None else value


def _truth(argument: Argument, frame: Frame) -> bool:
    value = argument.evaluate(Scope(frame.values, frame.shape))
    return value is True or value == "true"


def _hashable(value: Any) -> tuple[str, Any]:
    return type(value).__name__, value


def _merged(symbols: list[Symbol], facet: str) -> Code:
    """Return code that stands for any of several symbols."""
    kinds = {kind_of(symbol) for symbol in symbols}
    kind = (
        kinds.pop() if len(kinds) == 1 else (float if kinds <= {int, float} else object)
    )
    if facet in (WINDOW, STRIDES):
        kind = tuple
    codes = [symbol for symbol in symbols if isinstance(symbol, Code)]
    parameters = frozenset().union(*(code.parameters for code in codes))
    return Code("_", 7, kind, parameters, any(code.shaped for code in codes))
