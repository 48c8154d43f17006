"""The panel Gradient."""
