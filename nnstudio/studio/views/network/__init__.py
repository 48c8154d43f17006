"""The drawing of a network: units, edges, numbers, zoom, keys."""
