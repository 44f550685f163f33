"""Sweeping: the chosen points of a sweep trained, one process for each run."""
