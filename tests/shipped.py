"""The specs that ship, without the variants within them, which differ in few cells."""

from archcompiler.language.loading import shipped_specs

TABLES = [name for name, place in shipped_specs().items() if place.variant is None]
