"""Checking: a spec loaded, expanded and audited; what is wrong told at its root."""
