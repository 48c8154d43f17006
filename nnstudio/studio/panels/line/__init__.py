"""The panel Line."""
