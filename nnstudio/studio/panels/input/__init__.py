"""The panel Input."""
