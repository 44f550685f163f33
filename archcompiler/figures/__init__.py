"""Figures drawn from a table: what they are made of, what they are written as."""
