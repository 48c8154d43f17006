"""The panel Sweep."""
