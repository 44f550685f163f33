"""The section `training`: what the recipe of a network says."""

SET = "training."
"""How the name of a key begins that `--set` gives."""

RECIPE = "recipe"
"""The name under which `--recipe` gives all of it."""
