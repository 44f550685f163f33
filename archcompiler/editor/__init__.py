"""The editor: what a language server tells of specs while they are written."""
