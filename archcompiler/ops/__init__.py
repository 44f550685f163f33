"""The op table: one class per op, and everything that is known about it."""
