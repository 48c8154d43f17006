"""The panel Anscombe: four sets of points with the same statistics."""
