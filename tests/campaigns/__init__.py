"""Campaigns: what tests try in small, tried thousands of times."""
