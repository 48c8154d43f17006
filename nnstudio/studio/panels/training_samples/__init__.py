"""The panel Training samples."""
