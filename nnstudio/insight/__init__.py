"""Analyses of a network, as pure functions of theta and an input. NumPy only."""
