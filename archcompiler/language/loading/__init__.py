"""From SPEC, as people write it, to the program."""
