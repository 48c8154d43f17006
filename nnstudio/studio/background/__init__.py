"""Background tasks, the frame timer and the pace of updates."""
