"""The main window: dock area, timeline, training bar, status line and the update of every frame."""
