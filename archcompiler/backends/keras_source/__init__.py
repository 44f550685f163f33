"""Readable Keras source: one function per block, one call per row of the table.

From the ground up, each module importing only from those above it:

    code, layout            pieces of Python, and their lines as ruff formats them
    symbols, printing       values known or to be computed; expressions as Python
    facets, pasting         the parts of `3x3/2`, also of one with code for its holes
    texts                   cells and arguments with holes
    identifiers             names of the table as names of Python
    sites, slots            who calls a block, and with what; what a function takes
    function_names          what the function of a block is called
    names, passing          what names stand for in each place; what calls pass
    layer_names, ops, fields, layers, calls     calls of layers and of blocks' functions
    references, deciding                what steps take, whether they run, or which
    variables               where their values go
    writer, bodies          the steps of a block as statements
    naming, definitions     the arguments that a body asks for
    rows, builder           the table as one function
    demands                 what the spec makes parameters be
    quoted, support, templates, module     the rest of the module
    files, lines            its file; where rows and blocks stand in it
"""

from archcompiler.backends.keras_source.module import emit_source, written_out

__all__ = ["emit_source", "written_out"]
