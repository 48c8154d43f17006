"""The dialog Set weights."""
