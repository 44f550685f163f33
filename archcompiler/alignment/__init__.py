"""Alignment: a foreign model laid beside a table, row by row.

Both are told in one vocabulary of units, cut into trees, and the trees are compared.
Keras and ONNX are imported only when a model of theirs is read.
"""
