"""The panel Facets: the flat pieces that a piecewise linear network is made of."""
