"""Starting: a spec to begin with, new, like another, or from a printed table."""
