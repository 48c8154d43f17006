"""The panel Biology."""
