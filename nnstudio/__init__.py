"""nnstudio: draw a digit, watch a neural network read it, train it, take it apart."""

__version__ = "0.1.0"

APPLICATION_ID = "org.nnstudio.nnstudio"
"""The identifier of the program on a desktop: in its menu entry, icon and metadata."""
