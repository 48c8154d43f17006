"""The panel Normalisation."""
