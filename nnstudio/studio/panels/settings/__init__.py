"""The panel Settings."""
