"""Expressions: the text between `<` and `>`, parsed once, evaluated as closures.

`parsing` makes the tree (`syntax`), which has two visitors: `evaluation` computes it,
the source backend prints it. This module is what the other rooms import.
"""

from archcompiler.language.expressions.evaluation import (
    LARGEST,
    Evaluate,
    Scope,
    Shapes,
    compile_expression,
    compile_template,
    compile_value,
    paste,
    read_value,
    shape_attribute,
)
from archcompiler.language.expressions.functions import (
    FUNCTIONS,
    Function,
    exact,
    make_divisible,
    round_half_up,
)
from archcompiler.language.expressions.parsing import parse_expression, parse_template
from archcompiler.language.expressions.syntax import (
    ATTRIBUTES,
    Attribute,
    Binary,
    Conditional,
    Expression,
    ExpressionError,
    FunctionCall,
    Literal,
    Name,
    Not,
    Template,
    Value,
    is_operator,
    names_of,
    parts_of,
)

__all__ = [
    "ATTRIBUTES",
    "FUNCTIONS",
    "LARGEST",
    "Attribute",
    "Binary",
    "Conditional",
    "Evaluate",
    "Expression",
    "ExpressionError",
    "Function",
    "FunctionCall",
    "Literal",
    "Name",
    "Not",
    "Scope",
    "Shapes",
    "Template",
    "Value",
    "compile_expression",
    "compile_template",
    "compile_value",
    "exact",
    "is_operator",
    "make_divisible",
    "names_of",
    "parse_expression",
    "parse_template",
    "parts_of",
    "paste",
    "read_value",
    "round_half_up",
    "shape_attribute",
]
