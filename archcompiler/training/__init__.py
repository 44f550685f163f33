"""Training: a recipe carried out on data, in a run that survives being killed."""
