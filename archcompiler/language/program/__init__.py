"""The program: a spec with each cell under the meaning of its column."""
