"""The panel Features."""
