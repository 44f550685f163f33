"""What reads a node by its fields: forms, sections, lists to choose from."""
