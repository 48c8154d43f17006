"""The panel Formula."""
