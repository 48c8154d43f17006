"""The panel Two distributions."""
