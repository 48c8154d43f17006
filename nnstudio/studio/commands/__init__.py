"""Every menu entry and shortcut: drawing, training, history, teaching, files, export, view, help."""
