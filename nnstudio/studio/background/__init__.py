"""Work in background threads, the frame timer and the pace of updates."""
