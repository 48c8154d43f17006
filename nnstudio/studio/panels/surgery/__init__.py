"""The panel Surgery."""
