"""The graph in which an input of one number is chosen, and the points are edited that are learned from."""
