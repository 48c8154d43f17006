"""The panel My drawings."""
