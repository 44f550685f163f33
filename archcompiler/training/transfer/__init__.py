"""Transfer: a run that begins with weights of another, some of them frozen."""
