"""Failures of expressions, told at their place within a cell."""

from archcompiler.diagnostics import Diagnostic
from archcompiler.language.expressions import ExpressionError
from archcompiler.language.mistakes.complaints import cut_by_comment
from archcompiler.language.text.document import Scalar


def diagnose(error: ExpressionError, cell: Scalar, note: str = "") -> Diagnostic:
    """Return the diagnostic of an expression that failed within a cell."""
    span, help = cell.part(error.start, error.end), error.help
    if whole := cut_by_comment(cell.span):
        help = f'` #` begins a comment: quote the whole value, `"{whole}"`'
    return Diagnostic(error.code, f"{error.message}{note}", span, help=help)
