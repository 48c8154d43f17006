"""The plane in which an input of two numbers is chosen, and the points are painted that are learned from."""
