"""The panel Flip."""
