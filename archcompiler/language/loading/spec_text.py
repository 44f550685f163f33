"""From one text to its form: a spec, a variant where it has `extends`, or blocks."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from pydantic import ValidationError

from archcompiler.diagnostics import Source, SpecError, fail, failure
from archcompiler.language.forms.forms import found_by
from archcompiler.language.mistakes.mending import mended
from archcompiler.language.spec.sharing import BlockFile
from archcompiler.language.spec.spec import Spec, VariantFile
from archcompiler.language.text.document import Mapping, Scalar, is_yaml, read_document
from archcompiler.language.variants.variants import root_program

LONGEST_KEPT = 100_000  # characters


def read_spec(source: Source) -> Spec | VariantFile:
    """Read one text: a spec, or a variant where it has `extends`.

    Raises:
        SpecError: with every finding.
    """
    try:
        return _read(source) if len(source.text) > LONGEST_KEPT else _read_once(source)
    except SpecError as error:
        raise mended_error(source, error) from None


_LOOKING: ContextVar[bool] = ContextVar("looking", default=True)


@contextmanager
def without_slips() -> Iterator[None]:
    """Let errors be told as they are found: nobody waits for what may have caused them.

    To look for the slip takes many times as long as to read the text.
    """
    token = _LOOKING.set(False)
    try:
        yield
    finally:
        _LOOKING.reset(token)


def mended_error(source: Source, error: SpecError) -> SpecError:
    """Return an error that names the slip which causes all of it, if one does."""
    if not _LOOKING.get():
        return error
    first = error.diagnostics[0]
    mark = getattr(error.__context__, "problem_mark", None)  # of the YAML parser
    found = mended(source, first, mark.line + 1 if mark else 0, _reads)
    return error if found is first else SpecError([found])


def _reads(source: Source) -> bool:
    """Whether a text reads, and its rows lie under its columns."""
    if not is_yaml(source):
        return False
    try:
        form = _read(source)
        if isinstance(form, Spec):
            root_program(form, source)
    except SpecError:
        return False
    return True


def _read(source: Source) -> Spec | VariantFile:
    document = read_document(source)
    if (
        document.entries.keys() <= BlockFile.keys().keys()
        and "blocks" in document.entries
    ):
        message = "this is a file of blocks, not a spec"
        help = "name it in the `use` of a spec, and check that"
        fail("missing-key", message, document.span, help=help)
    form: type[Spec | VariantFile] = Spec
    if "extends" in document.entries:
        form = VariantFile
    try:
        return form.model_validate(document)
    except ValidationError as error:
        raise SpecError(found_by(error, document.span)) from None


_read_once = lru_cache(maxsize=64)(_read)
"""A family and its variants, a sweep, a test suite: all read one base many times."""


@lru_cache(maxsize=64)
def _read_blocks(source: Source) -> BlockFile | Mapping:
    """Return a file of blocks, or the document that is a spec."""
    document = read_document(source)
    if not document.entries.keys().isdisjoint(("table", "extends")):
        return document
    try:
        return BlockFile.model_validate(document)
    except ValidationError as error:
        raise SpecError(found_by(error, document.span)) from None


def read_blocks(source: Source, name: Scalar) -> BlockFile:
    """Read a file of blocks, which a spec names.

    Raises:
        SpecError: with every finding.
    """
    form = _read_blocks(source)
    if isinstance(form, BlockFile):
        return form
    message = f"`{name.text}` is a spec, and `use` names files of blocks"
    help = "put the blocks that both need into a file that has `blocks:` alone"
    raise failure("bad-reference", message, name.span, help=help)
