"""The mathematics of a neural network: theta, its views, forward and backward, optimisers. NumPy only."""
