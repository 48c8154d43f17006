"""Pictures painted without a window, for the command line."""
