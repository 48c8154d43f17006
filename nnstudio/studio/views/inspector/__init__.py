"""The inspector: a column of sections, each of which explains one thing about the unit or the input."""
