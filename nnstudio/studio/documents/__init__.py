"""Files and the clipboard: open, save, drop, recent files, autosave and exports."""
