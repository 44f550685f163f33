"""The section `training`: what the recipe of a network says."""
