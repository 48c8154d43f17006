"""The panel List."""
