"""The panel Landscape."""
