"""Mistakes of a kind: slips, words of other tools, and what is said of them."""
