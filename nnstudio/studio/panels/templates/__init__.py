"""The panel Templates."""
