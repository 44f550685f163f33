"""Counting: what tools and papers charge for a network, as lists of prices."""
