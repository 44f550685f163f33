"""Units: the one vocabulary in which tables and foreign models are compared."""
