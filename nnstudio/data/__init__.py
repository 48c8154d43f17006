"""What goes into a network: problems, strokes, the rasteriser, data files and their catalogue. NumPy only."""
