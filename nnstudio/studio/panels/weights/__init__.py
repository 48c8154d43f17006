"""The panel Weights."""
