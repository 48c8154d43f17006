"""nnstudio: draw a digit, watch a neural network read it, train it, take it apart."""

__version__ = "0.1.0"
