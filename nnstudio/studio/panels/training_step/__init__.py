"""The panel Training step."""
