"""The panel Network."""
