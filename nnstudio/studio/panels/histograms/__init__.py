"""The panel Histograms."""
