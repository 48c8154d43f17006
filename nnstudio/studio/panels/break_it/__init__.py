"""The panel Break it."""
