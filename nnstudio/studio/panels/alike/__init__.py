"""The panel Alike."""
