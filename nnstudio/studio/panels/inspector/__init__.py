"""The panel Inspector."""
