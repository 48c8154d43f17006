"""The panel Mistakes."""
