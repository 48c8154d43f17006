"""The panel Dream."""
